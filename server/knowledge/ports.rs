//! The ports that programs in containers are known for, and the protocols that EXPOSE takes.
//!
//! Source: IANA's registry of service names and port numbers, and the manuals of the programs named here; the Docker
//! reference, "EXPOSE".

/// Ports and who listens there, sorted.
pub const COMMON: &[(u16, &str)] = &[
    (22, "SSH"),
    (25, "SMTP"),
    (53, "DNS"),
    (80, "HTTP"),
    (443, "HTTPS"),
    (3000, "web servers of Node.js, Ruby on Rails and Grafana"),
    (3306, "MySQL and MariaDB"),
    (4200, "Angular's development server"),
    (4317, "OpenTelemetry over gRPC"),
    (5000, "Flask, and the Docker registry"),
    (5173, "Vite's development server"),
    (5432, "PostgreSQL"),
    (5672, "RabbitMQ"),
    (6379, "Redis and Valkey"),
    (8000, "web servers of Python"),
    (8080, "HTTP without a port below 1024, .NET from version 8 on, and Tomcat"),
    (8443, "HTTPS without a port below 1024"),
    (9000, "PHP-FPM, and MinIO"),
    (9090, "Prometheus"),
    (9092, "Kafka"),
    (9200, "Elasticsearch and OpenSearch"),
    (11211, "Memcached"),
    (27017, "MongoDB"),
];

/// The ports that a container of one's own mostly opens: those of the web.
const OF_THE_WEB: [u16; 6] = [80, 443, 8080, 3000, 8000, 5000];

/// The port that an official image, or what runs on it by default, listens on.
const OF_IMAGES: &[(&str, u16)] = &[
    ("aspnet", 8080),
    ("caddy", 80),
    ("eclipse-temurin", 8080),
    ("elasticsearch", 9200),
    ("golang", 8080),
    ("grafana", 3000),
    ("haproxy", 80),
    ("httpd", 80),
    ("jetty", 8080),
    ("mariadb", 3306),
    ("memcached", 11211),
    ("mongo", 27017),
    ("mysql", 3306),
    ("nginx", 80),
    ("nginx-unprivileged", 8080),
    ("node", 3000),
    ("openjdk", 8080),
    ("postgres", 5432),
    ("prometheus", 9090),
    ("python", 8000),
    ("rabbitmq", 5672),
    ("redis", 6379),
    ("registry", 5000),
    ("ruby", 3000),
    ("tomcat", 8080),
    ("valkey", 6379),
    ("wordpress", 80),
];

/// Ports and who listens there, the likeliest first for an image of this name.
pub fn likeliest_first(image: Option<&str>) -> Vec<(u16, &'static str)> {
    let own = OF_IMAGES.iter().find(|(name, _)| Some(*name) == image).map(|(_, port)| *port);
    let place = |port: u16| OF_THE_WEB.iter().position(|known| *known == port).unwrap_or(OF_THE_WEB.len());
    let mut ports = COMMON.to_vec();
    ports.sort_by_key(|(port, _)| (Some(*port) != own, place(*port)));
    ports
}

/// What may stand behind the slash.
pub const PROTOCOLS: &[(&str, &str)] =
    &[("tcp", "as without a protocol"), ("udp", "datagrams"), ("sctp", "streams of messages")];

/// Who is known to listen on a port.
pub fn about(port: u16) -> Option<&'static str> {
    COMMON.iter().find(|(number, _)| *number == port).map(|(_, about)| *about)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ports_are_sorted() {
        assert!(COMMON.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!((about(5432), about(1)), (Some("PostgreSQL"), None));
    }
}
