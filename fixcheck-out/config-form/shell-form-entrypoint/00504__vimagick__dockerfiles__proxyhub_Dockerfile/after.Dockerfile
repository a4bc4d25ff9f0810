#
# Dockerfile for ProxyHub
#

FROM ubuntu:14.04
LABEL org.opencontainers.image.authors="kev <noreply@easypi.pro>"

RUN apt-get update \
    && apt-get install -y --no-install-recommends build-essential pdnsd haproxy polipo nginx python \
    && apt-get clean \
    && rm -rf /var/lib/apt/lists/*

COPY ./haproxy.cfg /etc/haproxy/
COPY ./pdnsd.conf /etc/
COPY ./polipo.conf /etc/polipo/config
COPY ./shadowsocks.json /etc/
COPY ./supervisord.conf /etc/supervisor/
COPY ./services.ini /etc/supervisor/conf.d/

ADD http://stedolan.github.io/jq/download/linux64/jq /usr/local/bin/
ADD https://bootstrap.pypa.io/get-pip.py /tmp/pkgs/
ADD https://download.libsodium.org/libsodium/releases/libsodium-1.0.2.tar.gz /tmp/pkgs/
ADD http://download.dnscrypt.org/dnscrypt-proxy/dnscrypt-proxy-1.4.3.tar.gz /tmp/pkgs/

WORKDIR /tmp/pkgs/
RUN chmod +x /usr/local/bin/jq \
    && python get-pip.py \
    && pip install --no-cache-dir supervisor shadowsocks
RUN tar xzf libsodium-1.0.2.tar.gz && \
    cd libsodium-1.0.2 && \
    ./configure && \
    make && \
    make install
RUN echo /usr/local/lib > /etc/ld.so.conf.d/local.conf && ldconfig
RUN tar xzf dnscrypt-proxy-1.4.3.tar.gz && \
    cd dnscrypt-proxy-1.4.3 && \
    ./configure && \
    make && \
    make install

WORKDIR /
RUN rm -r /tmp/pkgs/
EXPOSE 53/udp 53/tcp 80 1080 8123 9001

CMD ["supervisord", "-n", "-c", "/etc/supervisor/supervisord.conf"]
