//! Stages as people write them, before and after.

use super::super::tests::{check, check_none};
use super::{ORDER_LAYERS, moves};
use crate::context::NoContext;
use crate::context::shell_check::NoShellCheck;
use crate::document::{Cx, Document};
use crate::settings::Settings;

const NPM: &str =
    "#- package.json\n{}\n#- package-lock.json\n{}\n#- src/index.js\nx\n#- .dockerignore\nnode_modules\n";

/// What the action makes of a Dockerfile with some files beside it; nothing more at a second run.
fn ordered(files: &str, before: &str, after: &str) {
    let fixture = |text: &str| match files {
        "" => text.to_owned(),
        files => format!("{files}#- Dockerfile\n{text}"),
    };
    let cursor = |text: &str| text.replacen("FROM", "FROM$0", 1);
    let title = check(&ORDER_LAYERS, &fixture(&cursor(before)), after);
    assert_eq!(title, "Order the layers of this stage");
    check_none(&ORDER_LAYERS, &fixture(&cursor(after)));
}

fn left(files: &str, text: &str) {
    let text = text.replacen("FROM", "FROM$0", 1);
    check_none(&ORDER_LAYERS, &if files.is_empty() { text } else { format!("{files}#- Dockerfile\n{text}") });
}

#[test]
fn packages_come_before_the_source_and_manifests_before_their_install() {
    ordered(
        NPM,
        "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*\nRUN npm ci\nRUN npm run build\nCMD [\"node\", \"src\"]\n",
        "FROM node:22\nWORKDIR /app\nRUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\nCMD [\"node\", \"src\"]\n",
    );
}

#[test]
fn what_another_stage_made_of_the_source_comes_below_packages() {
    let build = "FROM node:22 AS build\nCOPY src /src\nRUN cp -r /src /out\nFROM$0 debian:13\n";
    let (copies, packages) = (
        "COPY --from=build /out /app\nCOPY a.json /app/\n",
        "RUN apt-get update && apt-get install -y curl\n",
    );
    let before = format!("{build}\n{copies}\n{packages}\nCMD [\"/app/a\"]\n");
    let after = format!("{build}\n{packages}\n{copies}\nCMD [\"/app/a\"]\n").replace("$0", "");
    check(&ORDER_LAYERS, &before, &after);
    // What is downloaded does not change with the source.
    let fetched = before.replace("COPY src /src\nRUN cp -r /src /out", "RUN curl -o /out https://a/b");
    check_none(&ORDER_LAYERS, &fetched.replace("COPY a.json /app/\n", ""));
}

#[test]
fn what_is_in_order_is_left() {
    left(
        NPM,
        "FROM node:22\nWORKDIR /app\nRUN apt-get update && apt-get install -y git\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n",
    );
}

#[test]
fn a_step_moves_with_its_comments_and_keeps_what_is_not_its_own() {
    ordered(
        "",
        "FROM debian:13\n# About the base.\n\n# The source.\nCOPY . /app\n# About the source.\n\n# Tools.\n\nRUN apt-get update \\\n # why\n && apt-get install -y make\nRUN make -C /app\n",
        "FROM debian:13\n# About the base.\n\n# Tools.\n\nRUN apt-get update \\\n # why\n && apt-get install -y make\n\n# The source.\nCOPY . /app\n# About the source.\nRUN make -C /app\n",
    );
}

#[test]
fn copies_stand_near_the_end_behind_package_installs() {
    ordered(
        "",
        "FROM debian:13\nADD settings.json /srv/app/\nCOPY src /srv/app/src\nRUN apt-get update && apt-get install -y python3\nCMD [\"python3\", \"/srv/app/src\"]\n",
        "FROM debian:13\nRUN apt-get update && apt-get install -y python3\nADD settings.json /srv/app/\nCOPY src /srv/app/src\nCMD [\"python3\", \"/srv/app/src\"]\n",
    );
}

#[test]
fn a_compiler_is_installed_before_what_it_compiles_is_copied() {
    ordered(
        "",
        "FROM ubuntu:24.04\nCOPY ./hello.go ./hello.go\nRUN apt-get update && apt-get install -y golang\nRUN go build -o hello hello.go\nENTRYPOINT [\"./hello\"]\n",
        "FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y golang\nCOPY ./hello.go ./hello.go\nRUN go build -o hello hello.go\nENTRYPOINT [\"./hello\"]\n",
    );
}

#[test]
fn least_often_changed_first_most_often_changed_last() {
    ordered(
        "#- go.mod\nmodule site\n#- go.sum\n\n#- cmd/site/main.go\nx\n#- articles/a.md\nx\n",
        "FROM golang:1.25-alpine AS build\nARG GIT_COMMIT\nWORKDIR /site\nCOPY . .\nRUN apk add --no-cache binutils\nRUN go mod download\nRUN go build -o /server ./cmd/site && strip /server\nFROM alpine:3.22\nCOPY --from=build /server /server\n",
        "FROM golang:1.25-alpine AS build\nRUN apk add --no-cache binutils\nARG GIT_COMMIT\nWORKDIR /site\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\nRUN go build -o /server ./cmd/site && strip /server\nFROM alpine:3.22\nCOPY --from=build /server /server\n",
    );
}

#[test]
fn slow_steps_that_seldom_change_stand_above_like_an_inverted_pyramid() {
    ordered(
        "#- requirements.txt\nflask\n#- web/app.py\nx\n",
        "FROM python:3.13\nCOPY . /web\nEXPOSE 80\nRUN pip install --no-cache-dir gunicorn\nRUN pip install --no-cache-dir -r /web/requirements.txt\nCMD [\"gunicorn\"]\n",
        "FROM python:3.13\nEXPOSE 80\nRUN pip install --no-cache-dir gunicorn\nCOPY requirements.txt /web/\nRUN pip install --no-cache-dir -r /web/requirements.txt\nCOPY . /web\nCMD [\"gunicorn\"]\n",
    );
}

#[test]
fn only_what_the_next_step_needs_is_copied_before_it() {
    ordered(
        "#- code/requirements.txt\nflask\n#- code/app.py\nx\n",
        "FROM python:3.13\nRUN mkdir /code\nCOPY code /code/\nRUN pip install -r /code/requirements.txt\n",
        "FROM python:3.13\nRUN mkdir /code\nCOPY code/requirements.txt /code/\nRUN pip install -r /code/requirements.txt\nCOPY code /code/\n",
    );
}

#[test]
fn dependencies_are_cached_before_the_source_comes() {
    ordered(
        NPM,
        "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm install && npm run build\n",
        "FROM node:22\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm install\nCOPY . .\nRUN npm run build\n",
    );
}

#[test]
fn projects_of_many_languages() {
    ordered(
        "#- composer.json\n{}\n#- composer.lock\n{}\n#- public/index.php\nx\n",
        "FROM php:8.4-cli\nWORKDIR /srv/app\nCOPY . .\nCOPY --from=composer:2 /usr/bin/composer /usr/bin/composer\nRUN composer install --no-dev\n",
        "FROM php:8.4-cli\nWORKDIR /srv/app\nCOPY --from=composer:2 /usr/bin/composer /usr/bin/composer\nCOPY composer.json composer.lock ./\nRUN composer install --no-dev\nCOPY . .\n",
    );
    ordered(
        "#- Gemfile\ngem 'rails'\n#- Gemfile.lock\nx\n#- app/a.rb\nx\n",
        "FROM ruby:3.4\nENV RAILS_ENV=production\nCOPY . /rails\nWORKDIR /rails\nRUN apt-get update -qq && apt-get install -y libvips\nRUN bundle install\nUSER 1000:1000\nCMD [\"bin/rails\", \"s\"]\n",
        "FROM ruby:3.4\nENV RAILS_ENV=production\nWORKDIR /rails\nRUN apt-get update -qq && apt-get install -y libvips\nCOPY Gemfile Gemfile.lock /rails/\nRUN bundle install\nCOPY . /rails\nUSER 1000:1000\nCMD [\"bin/rails\", \"s\"]\n",
    );
    ordered(
        "#- pom.xml\n<project/>\n#- src/A.java\nx\n",
        "FROM maven:3.9\nWORKDIR /build\nCOPY . .\nRUN mvn -B dependency:go-offline\nRUN mvn -B package\n",
        "FROM maven:3.9\nWORKDIR /build\nCOPY pom.xml ./\nRUN mvn -B dependency:go-offline\nCOPY . .\nRUN mvn -B package\n",
    );
    ordered(
        "",
        "FROM python:3.13-slim\nARG BUILD_DATE\nARG GIT_SHA=unknown\nLABEL a=b\nRUN apt-get update && apt-get install -y gcc\nLABEL date=$BUILD_DATE sha=$GIT_SHA\n",
        "FROM python:3.13-slim\nRUN apt-get update && apt-get install -y gcc\nARG BUILD_DATE\nARG GIT_SHA=unknown\nLABEL a=b\nLABEL date=$BUILD_DATE sha=$GIT_SHA\n",
    );
}

#[test]
fn what_the_image_may_owe_to_the_order_is_left() {
    let apt = "RUN apt-get update && apt-get install -y nginx";
    for above in [
        "COPY nginx.conf /etc/nginx/nginx.conf",
        "COPY --chown=www-data . /var/www/html",
        "COPY keys/ /usr/share/keyrings/",
        "COPY rootfs /",
        "ADD rootfs.tar.gz /",
        "COPY apt.conf /tmp/a\nRUN mv /tmp/a /etc/apt/apt.conf",
        "COPY setup.sh /\nRUN /setup.sh",
        "COPY . /app\nENV PATH=/app/bin:$PATH",
        "ENV PATH=$HOME/bin:$PATH\nCOPY . /app",
        "COPY . /app\nRUN useradd app",
        "COPY . /app\nVOLUME /data",
        "COPY . /app/\nRUN make -C /app\nWORKDIR /etc/nginx",
        "COPY . /app\nONBUILD RUN a",
        "ARG GIT_COMMIT\nRUN make",
        "ADD https://a.b/key.gpg /etc/apt/keyrings/",
        "COPY <<EOF /etc/apt/sources.list\ndeb a\nEOF",
    ] {
        left("", &format!("FROM debian:13\n{above}\n{apt}\n"));
    }
    for run in [
        "apt-get install -y $(cat /app/packages)",
        "apt-get install -y nginx && git -C /app describe > /version",
        "make",
        "--mount=type=bind,target=/src apt-get install -y /src/a.deb",
        "<<EOF\napt-get install -y nginx\nEOF",
        "[\"apt-get\", \"install\", \"-y\", \"nginx\"]",
        "apt-get install -y nginx=$VERSION",
    ] {
        left("", &format!("FROM debian:13\nARG VERSION\nCOPY . /app\nRUN {run}\n"));
    }
    left("", "FROM debian:13\nARG GIT_COMMIT\nRUN apt-get install -y a && echo $GIT_COMMIT > /v\n");
    left("", "FROM debian:13\nARG GIT_COMMIT=4f2e1d0\nRUN apt-get install -y a\n");
    left("", "FROM python:3.13\nARG BUILD_NUMBER\nWORKDIR /app\nRUN pip install .\n");
    left("", "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\n");
    left("", "FROM debian:13\nCOPY --from=x /a /app\nRUN apt-get install -y a\n");
    left("", "FROM debian:13\nRUN apt-get install -y a\nCOPY . /app\nRUN make\n");
    left("", "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nCOPY . /app\nRUN apt-get install -y a\n");
}

#[test]
fn what_the_install_may_read_stays_above_it() {
    for between in [
        "USER app",
        "ARG REGION",
        "ENV DEBIAN_FRONTEND=noninteractive",
        "SHELL [\"/bin/bash\", \"-c\"]",
        "ENV PATH=/opt/x/bin:$PATH",
        "WORKDIR /etc/nginx",
    ] {
        ordered(
            "",
            &format!("FROM debian:13\nCOPY . /app\n{between}\nRUN apt-get install -y a\n"),
            &format!("FROM debian:13\n{between}\nRUN apt-get install -y a\nCOPY . /app\n"),
        );
    }
}

#[test]
fn what_may_be_the_path_of_a_copy_binds_it() {
    left("", "FROM debian:13\nCOPY . /app\nARG APT_PROXY\nRUN apt-get install -y a\n");
}

#[test]
fn one_stage_is_ordered_and_the_others_stay() {
    ordered(
        "",
        "FROM debian:13 AS a\nCOPY x.sh /x/\nRUN apt-get install -y a\nFROM debian:13\nCOPY x.sh /x/\nRUN apt-get install -y a\n",
        "FROM debian:13 AS a\nRUN apt-get install -y a\nCOPY x.sh /x/\nFROM debian:13\nCOPY x.sh /x/\nRUN apt-get install -y a\n",
    );
}

#[test]
fn what_costs_one_input_to_spare_another_is_left() {
    left("", "FROM debian:13\nCOPY a.txt /a/\nRUN make -C /a\nCOPY b.txt /b/\nRUN pip install -r /b/b.txt\n");
}

#[test]
fn crlf_and_a_missing_final_newline_are_kept() {
    ordered(
        "",
        "FROM debian:13\r\nCOPY x.sh /x/\r\n\r\n# why\r\nRUN apt-get install -y a",
        "FROM debian:13\r\n# why\r\nRUN apt-get install -y a\r\n\r\nCOPY x.sh /x/",
    );
}

#[test]
fn a_copy_that_the_download_does_not_read_comes_below_it() {
    let files = "#- go.mod\nmodule a\n#- go.sum\n\n#- cmd/main.go\npackage main\n";
    let before = "FROM golang:1.25\nWORKDIR /src\nCOPY go.mod go.sum ./\nCOPY ./cmd ./cmd\nRUN go mod download\nRUN go build -o /app ./cmd\n";
    let after = "FROM golang:1.25\nWORKDIR /src\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY ./cmd ./cmd\nRUN go build -o /app ./cmd\n";
    ordered(files, before, after);
    left(&files.replace("module a", "module a\nreplace b => ./cmd"), before);
    left("", before);
}

#[test]
fn a_move_is_tried_only_as_long_as_tries_are_left() {
    let document = Document::new("FROM debian:13\nCOPY x.sh /x/\nRUN apt-get install -y a\n");
    let settings = Settings::default();
    let cx = Cx { document: &document, context: &NoContext, shell_check: &NoShellCheck, settings: &settings };
    let mut tries = 1;
    assert!(moves::better(&cx, 0, &mut tries).is_some());
    assert_eq!(tries, 0);
    assert!(moves::better(&cx, 0, &mut tries).is_none());
}
