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
