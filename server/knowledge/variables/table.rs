//! The table of predefined variables.

use super::{Scope, Variable};

const ALL_PROXY: &str = "The proxy for every protocol that has none of its own. Not stored in the image and not part of the cache key, \
    unless an `ARG` declares it.";
const FTP_PROXY: &str =
    "The proxy for FTP. Not stored in the image and not part of the cache key, unless an `ARG` declares it.";
const HTTPS_PROXY: &str = "The proxy for HTTPS. Not stored in the image and not part of the cache key, unless an `ARG` declares it.";
const HTTP_PROXY: &str =
    "The proxy for HTTP. Not stored in the image and not part of the cache key, unless an `ARG` declares it.";
const NO_PROXY: &str = "Hosts that are reached without a proxy. Not stored in the image and not part of the cache key, unless an `ARG` declares it.";

const fn variable(
    name: &'static str,
    scope: Scope,
    example: &'static str,
    documentation: &'static str,
) -> Variable {
    Variable { name, scope, example, documentation }
}

#[rustfmt::skip]
pub(super) const ALL: &[Variable] = &[
    variable("ALL_PROXY", Scope::Run, "socks5://proxy.example.com:1080", ALL_PROXY),
    variable("BUILDARCH", Scope::Global, "amd64",
        "The architecture of the machine that builds: the middle part of `BUILDPLATFORM`."),
    variable("BUILDKIT_BUILD_NAME", Scope::Builder, "nightly",
        "The name under which `docker buildx history` shows the build."),
    variable("BUILDKIT_CACHE_MOUNT_NS", Scope::Builder, "team-a",
        "A prefix for the ids of all cache mounts, which keeps the caches of two projects apart."),
    variable("BUILDKIT_CONTEXT_KEEP_GIT_DIR", Scope::Builder, "1",
        "Keeps the `.git` folder when the build context is a git URL."),
    variable("BUILDKIT_DOCKERFILE_CHECK", Scope::Builder, "skip=all",
        "The options of `# check=`, from the command line. Since frontend 1.8."),
    variable("BUILDKIT_INLINE_CACHE", Scope::Builder, "1",
        "Stores cache metadata in the image, so that `--cache-from` can use the image itself."),
    variable("BUILDKIT_MULTI_PLATFORM", Scope::Builder, "1",
        "Writes an image index even when only one platform is built."),
    variable("BUILDKIT_SANDBOX_HOSTNAME", Scope::Builder, "buildkitsandbox",
        "The host name that RUN commands see."),
    variable("BUILDKIT_SBOM_SCAN_CONTEXT", Scope::Declared, "true",
        "Declared with this value before the first FROM or in a stage, it adds the build context to the SBOM."),
    variable("BUILDKIT_SBOM_SCAN_STAGE", Scope::Declared, "true",
        "Declared with this value in a stage, it adds that stage to the SBOM; before the first FROM it may list stages."),
    variable("BUILDKIT_SYNTAX", Scope::Builder, "docker/dockerfile:1",
        "The frontend to build with, whatever `# syntax=` says; `dockerfile.v0` takes the one inside the builder."),
    variable("BUILDOS", Scope::Global, "linux",
        "The operating system of the machine that builds: the first part of `BUILDPLATFORM`."),
    variable("BUILDOSVERSION", Scope::Global, "",
        "The version of the operating system that builds; only Windows has one."),
    variable("BUILDPLATFORM", Scope::Global, "linux/amd64",
        "The platform of the machine that builds. `FROM --platform=$BUILDPLATFORM` runs a stage without emulation."),
    variable("BUILDVARIANT", Scope::Global, "",
        "The variant of the architecture that builds, such as `v7`: the last part of `BUILDPLATFORM`, often empty."),
    variable("FTP_PROXY", Scope::Run, "http://proxy.example.com:3128", FTP_PROXY),
    variable("HTTPS_PROXY", Scope::Run, "http://proxy.example.com:3128", HTTPS_PROXY),
    variable("HTTP_PROXY", Scope::Run, "http://proxy.example.com:3128", HTTP_PROXY),
    variable("NO_PROXY", Scope::Run, "localhost,.example.com", NO_PROXY),
    variable("SOURCE_DATE_EPOCH", Scope::Builder, "1700000000",
        "Seconds since 1970 that become the times of the image and its history, for builds that come out the same. \
            Since frontend 1.5."),
    variable("TARGETARCH", Scope::Global, "arm64",
        "The architecture the image is for: the middle part of `TARGETPLATFORM`. A stage sees it after `ARG TARGETARCH`."),
    variable("TARGETOS", Scope::Global, "linux",
        "The operating system the image is for: the first part of `TARGETPLATFORM`. A stage sees it after `ARG TARGETOS`."),
    variable("TARGETOSVERSION", Scope::Global, "",
        "The version of the operating system the image is for; only Windows has one."),
    variable("TARGETPLATFORM", Scope::Global, "linux/arm64",
        "The platform the image is for, from `docker build --platform`. A stage sees it after `ARG TARGETPLATFORM`, \
            and is then built anew for each platform."),
    variable("TARGETSTAGE", Scope::Global, "default",
        "The stage given to `docker build --target`, or `default` without one. Since frontend 1.11."),
    variable("TARGETVARIANT", Scope::Global, "v7",
        "The variant of the architecture the image is for: the last part of `TARGETPLATFORM`, often empty."),
    variable("all_proxy", Scope::Run, "socks5://proxy.example.com:1080", ALL_PROXY),
    variable("ftp_proxy", Scope::Run, "http://proxy.example.com:3128", FTP_PROXY),
    variable("http_proxy", Scope::Run, "http://proxy.example.com:3128", HTTP_PROXY),
    variable("https_proxy", Scope::Run, "http://proxy.example.com:3128", HTTPS_PROXY),
    variable("no_proxy", Scope::Run, "localhost,.example.com", NO_PROXY),
];
