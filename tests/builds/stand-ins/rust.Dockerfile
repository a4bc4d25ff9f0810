FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends cargo gcc libc6-dev rustc \
    && rm -rf /var/lib/apt/lists/*
ENV CARGO_HOME=/usr/local/cargo PATH=/usr/local/cargo/bin:$PATH
CMD ["bash"]
