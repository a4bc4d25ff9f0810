FROM debian:bookworm-slim
RUN mkdir -p /usr/share/man/man1 \
    && apt-get update \
    && apt-get install -y --no-install-recommends maven openjdk-17-jdk-headless libmaven-compiler-plugin-java \
        libmaven-jar-plugin-java libmaven-resources-plugin-java libsurefire-java \
    && rm -rf /var/lib/apt/lists/*
# What Debian has of Maven's plugins, instead of those that would be fetched.
COPY <<SETTINGS /root/.m2/settings.xml
<settings>
  <localRepository>/usr/share/maven-repo</localRepository>
  <offline>true</offline>
</settings>
SETTINGS
CMD ["mvn"]
