//! nginx in the place of another server: the image, and a configuration by which it answers as that one does.
//! Source: nginx, `try_files`, `absolute_redirect`, `types`, and "Controlling nginx"; the Dockerfiles of nginxinc/docker-nginx and
//! docker-nginx-unprivileged (the templates, curl on Alpine); what the servers answered beside it to the same requests.

use super::serving::{Port, Program, Server};

/// The image, which is told to run as root, and that for another user.
pub(super) const IMAGES: [&str; 2] = ["nginx:stable-alpine", "nginxinc/nginx-unprivileged:stable-alpine"];

/// Programs that these images have beside those of nginx.
pub(super) const PROGRAMS: [&str; 2] = ["curl", "wget"];

/// Signals that it ends by.
pub(super) const STOPPED_BY: [&str; 4] = ["INT", "KILL", "QUIT", "TERM"];

/// Where the configuration is put, and where it is put if variables are to be filled in when the container starts.
const PLACES: [&str; 2] = ["/etc/nginx/conf.d/default.conf", "/etc/nginx/templates/default.conf.template"];

/// The types that `compression`, which `serve` and Vite use, makes smaller, as far as a site has them.
const COMPRESSED: &str =
    "text/css text/plain text/javascript application/javascript application/json image/svg+xml";

impl Server {
    /// Where its configuration is put.
    pub(super) fn place(&self) -> &'static str {
        match self.port {
            Port::Fixed(_) => PLACES[0],
            Port::Variable(..) => PLACES[1],
        }
    }

    /// The lines of a configuration by which nginx answers as this server does.
    pub(super) fn configuration(&self) -> Vec<String> {
        let port = match &self.port {
            Port::Fixed(port) => port.to_string(),
            Port::Variable(name, _) => format!("${{{name}}}"),
        };
        let mut lines = vec![
            format!("listen {port};"),
            format!("root {};", self.folder),
            "charset utf-8;".to_owned(),
            // The port that it knows is not the one that is published.
            "absolute_redirect off;".to_owned(),
            "include mime.types;".to_owned(),
            // nginx does not know it, and a browser runs no module of another type.
            "types { text/javascript mjs; }".to_owned(),
        ];
        if self.program.compresses() {
            lines.extend(["gzip on;", "gzip_proxied any;", "gzip_vary on;"].map(str::to_owned));
            lines.push(format!("gzip_types {COMPRESSED};"));
        }
        lines.push(match self.program {
            // A browser keeps a page as long as it likes if it is told when that was written, and these tell it nothing.
            Program::Serve { .. } => "add_header Last-Modified \"\";".to_owned(),
            Program::HttpServer { cache: ..0 } => {
                "add_header Cache-Control \"no-cache, no-store, must-revalidate\";".to_owned()
            }
            Program::HttpServer { cache } => format!("add_header Cache-Control max-age={cache};"),
            Program::VitePreview => "add_header Cache-Control no-cache;".to_owned(),
        });
        lines.extend(self.program.answers().iter().map(|line| (*line).to_owned()));
        let inside = lines.into_iter().map(|line| format!("    {line}"));
        std::iter::once("server {".to_owned()).chain(inside).chain(std::iter::once("}".to_owned())).collect()
    }
}

impl Program {
    /// What people call it by.
    pub(super) fn name(self) -> &'static str {
        match self {
            Program::Serve { .. } => "serve",
            Program::HttpServer { .. } => "http-server",
            Program::VitePreview => "vite preview",
        }
    }

    fn compresses(self) -> bool {
        match self {
            Program::Serve { compresses, .. } => compresses,
            Program::HttpServer { .. } => false,
            Program::VitePreview => true,
        }
    }

    /// How an address becomes a file.
    fn answers(self) -> &'static [&'static str] {
        match self {
            // It takes `.html` and `index` from addresses; so that nobody is led to another site, no two slashes stay.
            Program::Serve { is_single: true, .. } => &[
                "if ($request_uri ~ ^/+(.*)\\.html(\\?|$)) { return 301 /$1; }",
                "if ($request_uri ~ ^(/+(.*))?/index(\\?|$)) { return 301 /$2; }",
                "location / { try_files $uri /index.html; }",
            ],
            Program::Serve { is_single: false, .. } => &[
                "if ($request_uri ~ ^/+(.*)\\.html(\\?|$)) { return 301 /$1; }",
                "if ($request_uri ~ ^(/+(.*))?/index(\\?|$)) { return 301 /$2; }",
                "error_page 404 /404.html;",
                "location ~ ^(?<page>.*?)/*$ { try_files $uri $page/index.html $page.html =404; }",
            ],
            Program::HttpServer { .. } => {
                &["error_page 403 404 =404 /404.html;", "location / { try_files $uri $uri/ $uri.html =404; }"]
            }
            Program::VitePreview => {
                &["location / { try_files $uri ${uri}index.html $uri.html /index.html; }"]
            }
        }
    }
}
