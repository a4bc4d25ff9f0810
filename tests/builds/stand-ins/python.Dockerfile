FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 python3-pip python3-venv \
    && rm -rf /var/lib/apt/lists/* \
    && ln -s python3 /usr/bin/python
# Who is trusted otherwise is trusted by Poetry, too.
ENV REQUESTS_CA_BUNDLE=$SSL_CERT_FILE
CMD ["python3"]
