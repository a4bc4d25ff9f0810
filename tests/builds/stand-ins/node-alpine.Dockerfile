FROM node:20-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends wget \
    && rm -rf /var/lib/apt/lists/*
RUN command -v yarn || npm install --global yarn@1.22.22
