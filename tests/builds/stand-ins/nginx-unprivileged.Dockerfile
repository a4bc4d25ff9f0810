FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends gettext-base nginx wget \
    && rm -rf /var/lib/apt/lists/* /etc/nginx/sites-enabled/default \
    && mkdir /docker-entrypoint.d \
    && touch /docker-entrypoint.d/20-envsubst-on-templates.sh
ENV NGINX_VERSION=1
# As in nginx's own image: variables that are set are filled into the templates.
COPY --chmod=755 <<'SCRIPT' /docker-entrypoint.sh
#!/bin/sh
set -e
names=$(env | sed -n 's/^\([A-Z_][A-Z0-9_]*\)=.*/${\1}/p' | tr '\n' ' ')
for template in /etc/nginx/templates/*.template; do
    [ -e "$template" ] || continue
    envsubst "$names" <"$template" >"/etc/nginx/conf.d/$(basename "$template" .template)"
done
exec "$@"
SCRIPT
RUN sed -i '/^user /d; s|^pid .*|pid /tmp/nginx.pid;|' /etc/nginx/nginx.conf \
    && chown -R 101 /etc/nginx/conf.d /var/lib/nginx /var/log/nginx
EXPOSE 8080
STOPSIGNAL SIGQUIT
USER 101
ENTRYPOINT ["/docker-entrypoint.sh"]
CMD ["nginx", "-g", "daemon off;"]
