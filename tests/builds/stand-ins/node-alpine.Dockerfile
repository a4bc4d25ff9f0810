FROM node:20-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends wget \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 node \
    && touch /etc/alpine-release
RUN command -v yarn || npm install --global yarn@1.22.22
ENV NODE_VERSION=20
