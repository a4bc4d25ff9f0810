use super::*;
use crate::semantic::inputs::Inputs;

/// Whether the last two instructions of a stage commute.
fn both_ways(steps: &str) -> bool {
    both_ways_on("debian:13", steps)
}

/// As `both_ways`, for a stage on some image.
fn both_ways_on(base: &str, steps: &str) -> bool {
    let source = format!("FROM {base}\n{steps}\n");
    let file = File::new(&source);
    let model = Model::new(&file, &Inputs::default());
    let last = file.items().len() - 1;
    commute(&file, &model, last - 1, last)
}

const APT: &str = "RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*";

#[test]
fn what_has_nothing_to_do_with_each_other_commutes() {
    for steps in [
        format!("COPY . /app\n{APT}"),
        format!("{APT}\nCOPY . /app"),
        format!("COPY main.go .\n{APT}"),
        format!("COPY *.sh /\n{APT}"),
        format!("COPY rootfs /srv/files\n{APT}"),
        format!("COPY . /usr/src/app\n{APT}"),
        format!("COPY . /home/app/src\n{APT}"),
        format!("ADD a.tar.gz /app/\n{APT}"),
        format!("WORKDIR /app\n{APT}"),
        format!("WORKDIR /root\n{APT}"),
        format!("ARG GIT_COMMIT\n{APT}"),
        format!("ENV NODE_ENV=production PORT=1\n{APT}"),
        format!("RUN mkdir -p /app/x && chmod +x /app/run.sh\n{APT}"),
        format!("{APT}\nRUN mkdir -p /app/x && chown -R 1000:1000 /app"),
        format!("EXPOSE 80\n{APT}"),
        "COPY . /app\nRUN pip install --no-cache-dir flask && corepack enable".to_owned(),
        format!("COPY . /app\nRUN cd /tmp && {}", &APT[4..]),
    ] {
        assert!(both_ways(&steps), "{steps}");
    }
    for steps in [
        "COPY a.txt b.txt /app/\nCOPY src /app/src",
        "COPY package*.json /app/\nCOPY src /app/src",
        "COPY . /app\nWORKDIR /srv/x",
        "COPY . /app\nWORKDIR /app",
        "WORKDIR /srv\nCOPY --chown=1 a /x/",
        "COPY . /app\nUSER app",
        "COPY . $A\nARG B",
        "COPY . /app\nSHELL [\"/bin/bash\", \"-c\"]",
        "COPY . /app\nLABEL a=b",
        "ARG A\nUSER b",
        "ARG A=1\nARG B=2",
        "RUN mkdir /a\nRUN mkdir /b",
        "ENV A=b\nRUN mkdir /a",
        "COPY . /app\nRUN mkdir /data",
        "COPY . /app\nRUN echo a > /data/b",
    ] {
        assert!(both_ways(steps), "{steps}");
    }
}

#[test]
fn what_packages_are_installed_from_does_not_commute_with_the_install() {
    for step in [
        "COPY sources.list /etc/apt/",
        "COPY key.gpg /usr/share/keyrings/key.gpg",
        "COPY . /",
        "COPY . .",
        "COPY rootfs /",
        "COPY conf.d /",
        "COPY Shop.Api ./",
        "ADD rootfs.tar.xz /",
        "ADD *.tar /",
        "COPY .curlrc /root/",
        "COPY gtest /usr/src/gtest",
        "COPY app /opt/app",
        "COPY --parents etc/apt/sources.list /",
        "COPY a $UNKNOWN",
        "COPY <<EOF /etc/apt/apt.conf.d/a\nb\nEOF",
        "RUN echo deb > /etc/apt/sources.list",
        "RUN curl -o /etc/apt/key https://a.b",
        "RUN mkdir -p /usr/share/man/man1",
        "RUN useradd app",
        "RUN chown -R app /app",
        "USER app",
        "SHELL [\"/bin/bash\", \"-c\"]",
        "ENV DEBIAN_FRONTEND=noninteractive",
        "ENV PATH=/app/bin:$PATH",
        "ARG ACCEPT_EULA=Y",
        "ARG CURL",
        "WORKDIR /var/www/html",
        "WORKDIR $A",
        "VOLUME /data",
        "ONBUILD RUN a",
        "RUN apt-get install -y make",
        "RUN <<EOF\na\nEOF",
        "RUN [\"a\"]",
    ] {
        // One order is enough for the last ones: the other is never asked for with a RUN that stays.
        assert!(!both_ways(&format!("{step}\n{APT}")) || step.starts_with("RUN chown"), "{step}");
    }
    assert!(!both_ways(&format!("{APT}\nRUN chown -R app /app")));
    assert!(!both_ways(&format!("{APT}\nCOPY --chown=www-data . /app")));
    assert!(both_ways(&format!("COPY --chown=www-data . /app\n{APT}")));
}

#[test]
fn a_run_that_reads_the_project_or_the_environment_stays() {
    for run in [
        "make",
        "cd /app && apt-get install -y b",
        "cd sub && apt-get install -y b",
        "apt-get install -y $(cat /app/packages)",
        "apt-get install -y /app/b.deb",
        "apt-get -c /app/apt.conf install -y b",
        "apt-get install -y -o Dir::Etc=/app b",
        "pip install -r /app/r.txt",
        "pip install .",
        "npm ci",
        "corepack prepare --activate",
        "corepack install",
        "yarn set version berry",
        "yarn config set a b",
        "npm config set a b --location=project",
        "apt-get install -y b && make -C /app",
        "apt-get install -y b < /app/answers",
        "--mount=type=bind,target=/x apt-get install -y b",
        "rm -rf /app",
        "mkdir -p /app/x",
        "cp /app/a /data/",
        "if true; then apt-get install -y b; fi",
        "echo $HOME > /app/x",
        "chmod +x *.sh",
    ] {
        assert!(!both_ways(&format!("WORKDIR /app\nCOPY . .\nRUN {run}")), "{run}");
    }
    for path in ["/app/bin:$PATH", "$PATH:/app", "$HOME/bin:$PATH", "'/app/bin:/bin'"] {
        assert!(!both_ways(&format!("ENV PATH={path}\nCOPY . /app\n{APT}")), "{path}");
    }
    assert!(both_ways(&format!("ENV PATH=/root/.local/bin:$PATH\nCOPY . /app\n{APT}")));
    let stays =
        |above: &str, run: &str| assert!(!both_ways(&format!("{above}\nCOPY . /app\nRUN {run}")), "{above}");
    let unknown = |copy: &str| !both_ways(&format!("WORKDIR $A\nCOPY {copy}\n{APT}"));
    assert!(!unknown("requirements.txt .") && !unknown("a/main.go b.go"));
    assert!(unknown(". .") && unknown("a.list .") && unknown("a b") && unknown("*.txt ."));
    stays("ENV PATH=/app/.venv/bin:$PATH", "pip install flask");
    stays("ENV PIP_CONSTRAINT=/app/c.txt", "pip install flask");
    stays("ENV NPM_CONFIG_PREFIX=/app/npm", "npm install -g yarn");
    stays("USER app", "pip install flask");
    stays("SHELL [\"pwsh\"]", "apt-get install -y b");
}

#[test]
fn copies_to_the_same_place_and_what_is_said_in_order_stay() {
    for steps in [
        "COPY a /app\nCOPY b /app",
        "COPY src /app/src\nCOPY . /app",
        "COPY package*.json /app/\nCOPY . /app",
        "COPY package*.json /app/\nCOPY package.json /app/package.json",
        "COPY --chown=1 a.txt /app/\nCOPY b.txt /app/",
        "COPY --link a.txt /app/\nCOPY b.txt /app/",
        "WORKDIR /app\nCOPY . .",
        "COPY --chown=1 . /app\nWORKDIR /app",
        "USER 1000\nCOPY . /app\nWORKDIR /app/x",
        "COPY . $A\nARG A",
        "COPY . /app\nENV SOURCE_DATE_EPOCH=0",
        "ARG A=1\nARG B=$A",
        "LABEL a=b\nENV c=d",
        "WORKDIR /a\nUSER b",
        "CMD a\nENTRYPOINT b",
        "CMD a\nSHELL [\"b\"]",
        "RUN mkdir /a\nRUN mkdir /a/b",
        "RUN touch ~/a\nRUN mkdir /b",
        "ENV PATH=/a\nRUN mkdir /b",
        "ENV A=b\nRUN mkdir /$A",
        "WORKDIR /a\nRUN mkdir b",
        "COPY . /app\nVOLUME /app",
    ] {
        assert!(!both_ways(steps), "{steps}");
    }
}

#[test]
fn whose_a_folder_is_depends_on_the_user_of_the_base() {
    for steps in ["COPY ./src/ /app\nWORKDIR /app", "COPY a.txt /data/a/\nWORKDIR /data/b"] {
        assert!(both_ways(steps), "{steps}");
        assert!(both_ways_on("me/own:1", &format!("USER root\n{steps}")), "{steps}");
        assert!(!both_ways_on("me/own:1", steps), "{steps}");
        assert!(!both_ways(&format!("USER 1000\n{steps}")), "{steps}");
    }
    assert!(both_ways_on("me/own:1", "COPY ./src/ /app\nWORKDIR /srv/x"));
    assert!(!both_ways("COPY --chown=1 a.txt /data/a/\nWORKDIR /data/b"));
}

/// Whether a copy commutes with an install, the last instruction, whatever stands between.
fn copy_and_install(steps: &str) -> bool {
    let source = format!("FROM debian:13\n{steps}\n");
    let file = File::new(&source);
    let model = Model::new(&file, &Inputs::default());
    let copy = file.items().iter().position(|item| item.kind == Kind::Copy).expect("a copy");
    commute(&file, &model, copy, file.items().len() - 1)
}

#[test]
fn a_copy_that_the_configuration_of_a_package_manager_may_name_stays() {
    const INSTALL: &str = "RUN apt-get update && apt-get install -y mypkg";
    let told = "RUN echo \"deb [trusted=yes] file:/mirror ./\" > /etc/apt/sources.list.d/local.list";
    for steps in [
        format!("COPY repo /mirror\n{told}\n{INSTALL}"),
        format!("{told}\nCOPY repo /mirror\n{INSTALL}"),
        format!("{told}\nCOPY repo /mirror/a/\n{INSTALL}"),
        "COPY repo /mirror\nRUN echo /mirror >> /etc/apk/repositories\nRUN apk add mypkg".to_owned(),
        "COPY repo /mirror\nRUN echo $A >> /etc/apk/repositories\nRUN apk add mypkg".to_owned(),
        format!("COPY repo /mirror\nRUN cp /a.list /etc/apt/sources.list.d/\n{INSTALL}"),
        format!(
            "RUN <<EOF\necho 'deb file:///mirror ./' > /etc/apt/sources.list\nEOF\nCOPY repo /mirror\n{INSTALL}"
        ),
        format!("RUN ./configure --local=/mirror\nCOPY repo /mirror\n{INSTALL}"),
        format!("COPY repo /mirror\nADD local.list /etc/apt/sources.list.d/\n{INSTALL}"),
        format!("ADD local.list /etc/apt/sources.list.d/\nCOPY repo /mirror\n{INSTALL}"),
        format!(
            "WORKDIR /mirror\nRUN echo \"deb file:$PWD ./\" > /etc/apt/sources.list\nCOPY . .\n{INSTALL}"
        ),
        format!("RUN ln -s /app /etc/apt\nCOPY . /app\n{INSTALL}"),
        format!("RUN ln -s /etc/apt /app\nCOPY . /app/sub/\n{INSTALL}"),
        format!("RUN ln -s /app /certs\nCOPY . /app\n{INSTALL}"),
    ] {
        assert!(!copy_and_install(&steps), "{steps}");
    }
    let (free, other) =
        (format!("COPY . /app\n{INSTALL}"), told.replace("file:/mirror", "https://a.b/mirror"));
    for above in [
        "RUN mkdir -p /app /var/log/a && chown 1000 /app",
        "RUN echo a > /app/b",
        other.as_str(),
        "RUN ln -s /usr/bin/python3 /usr/bin/python",
        "RUN apt-get update && apt-get install -y a",
        "ADD a.conf /etc/nginx/",
    ] {
        assert!(copy_and_install(&format!("{above}\n{free}")), "{above}");
    }
    assert!(copy_and_install(&format!("COPY . /app\nRUN mkdir -p /usr/share/man/man1\n{INSTALL}")));
    assert!(copy_and_install(&format!("COPY . /app\nRUN apt-get install -y a\n{INSTALL}")));
    assert!(!both_ways("RUN ln -s /app /data\nCOPY a /app/b/\nADD c /data/d/"));
    let stage = format!("FROM debian:13 AS base\n{told}\nFROM base\nCOPY repo /mirror\n{INSTALL}");
    assert!(!copy_and_install(&stage) && copy_and_install(&stage.replace("FROM base", "FROM debian:13")));
}

#[test]
fn a_copy_that_a_variable_leads_to_stays() {
    let led = |variable: &str, run: &str| {
        copy_and_install(&format!("WORKDIR /app\nCOPY . .\n{variable}\nRUN {run}"))
    };
    for variable in [
        "ENV PIP_FIND_LINKS=wheels PIP_NO_INDEX=1",
        "ENV PIP_CONSTRAINT=constraints.txt",
        "ENV PIP_CONFIG_FILE=pip.conf",
        "ENV VIRTUAL_ENV=venv",
        "ENV REQUESTS_CA_BUNDLE=/app/ca.pem",
        "ENV SSL_CERT_FILE=certs/ca.pem",
        "ENV ANY=/app/x",
        "ENV ANY=./x",
        "ENV PIP_INDEX_URL=file:///app/simple",
        "ARG PIP_CERT",
        "ENV PIP_CERT=$UNKNOWN/a",
    ] {
        assert!(!led(variable, "pip install flask"), "{variable}");
    }
    for variable in ["NPM_CONFIG_USERCONFIG=.npmrc", "NPM_CONFIG_PREFIX=.npm", "NODE_EXTRA_CA_CERTS=ca.pem"] {
        assert!(!led(&format!("ENV {variable}"), "npm install -g yarn"), "{variable}");
    }
    let apt = "apt-get install -y b";
    for variable in [
        "ENV APT_CONFIG=/app/apt.conf",
        "ENV APT_CONFIG=apt.conf",
        "ENV SSL_CERT_FILE=/app/ca.pem",
        "ENV CURL_CA_BUNDLE=/app/ca.pem",
        "ENV GIT_SSL_CAINFO=/app/ca.pem",
        "ENV PATH=/app/bin:$PATH",
        "ENV LD_LIBRARY_PATH=$UNKNOWN/lib",
        "ARG APT_CONFIG",
    ] {
        assert!(!led(variable, apt), "{variable}");
    }
    assert!(!led("ENV A=b", "APT_CONFIG=/app/apt.conf apt-get install -y b"));
    assert!(!led("ENV A=b", "export APT_CONFIG=apt.conf && apt-get install -y b"));
    for variable in [
        "ENV A=b",
        "ENV TZ=Europe/Berlin LANG=C.UTF-8",
        "ENV PATH=/opt/venv/bin:$PATH",
        "ENV JAVA_HOME=/usr/lib/jvm",
        "ENV NODE_ENV=production APP_HOME=/app PYTHONPATH=/app",
        "ENV PIP_CONFIG_FILE=pip.conf",
        "ARG VERSION",
    ] {
        assert!(led(variable, apt), "{variable}");
    }
    let pip = "ENV PIP_NO_CACHE_DIR=off PIP_INDEX_URL=https://a.b/simple PIP_ROOT_USER_ACTION=ignore PYTHONUNBUFFERED=1";
    assert!(led(pip, "pip install flask"));
}

#[test]
fn an_option_that_names_a_path_reads_the_folder() {
    for run in [
        "apk add --no-cache -X . mypkg",
        "apk add -X ./x mypkg",
        "apk add -X x/y mypkg",
        "apk add -X packages mypkg",
        "apk add --repository=packages mypkg",
        "apk add -X file:///app mypkg",
        "apk add --keys-dir keys mypkg",
        "apt-get -c apt.conf install -y b",
        "apt-get install -y -o Dir::Etc=apt b",
        "dnf install -y --config=dnf.conf b",
        "pip install -i file:///app/simple b",
        "pip install --cert ca.pem b",
        "npm install -g --userconfig .npmrc b",
        "npm install -g --prefix=npm b",
    ] {
        assert!(!copy_and_install(&format!("WORKDIR /app\nCOPY . .\nRUN {run}")), "{run}");
    }
    for run in [
        "apk add --no-cache -t .build mypkg",
        "apk add -X https://a.b/edge mypkg",
        "apt-get install -y -t stable -o Acquire::Retries=3 b",
        "pip install -i https://a.b/simple b",
        "npm install -g --registry=https://a.b b",
    ] {
        assert!(copy_and_install(&format!("WORKDIR /app\nCOPY . .\nRUN {run}")), "{run}");
    }
}
