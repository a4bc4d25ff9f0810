//! Programs that leave a process running when they end, and programs that look for one.
//! Source: the manual pages of the programs named here.

/// Programs that go into the background by themselves.
const DAEMONS: [&str; 33] = [
    "apache2",
    "atd",
    "auditd",
    "avahi-daemon",
    "chronyd",
    "cron",
    "crond",
    "cupsd",
    "dbus-launch",
    "dnsmasq",
    "exim4",
    "haveged",
    "httpd",
    "inetd",
    "mysqld_multi",
    "mysqld_safe",
    "mysqld_safe_helper",
    "named",
    "nginx",
    "nscd",
    "ntpd",
    "php-fpm",
    "postfix",
    "rpcbind",
    "rsyslogd",
    "slapd",
    "smbd",
    "snmpd",
    "sshd",
    "start-stop-daemon",
    "syslogd",
    "vsftpd",
    "xinetd",
];

/// Words that have a program start another, and leave it.
const STARTING: [&str; 11] = [
    "--background",
    "--daemon",
    "--daemonize",
    "--detach",
    "--fork",
    "-daemon",
    "-detached",
    "-start",
    "restart",
    "start",
    "start-domain",
];

/// Options with which a daemon only says something.
const SAYING: [&str; 9] = ["--help", "--version", "-S", "-T", "-V", "-h", "-t", "-v", "configtest"];

/// Programs that talk to a process which an earlier one has left, or ask for it.
const LOOKING: [&str; 26] = [
    "bg",
    "createdb",
    "createuser",
    "disown",
    "fg",
    "fuser",
    "jobs",
    "kill",
    "killall",
    "lsof",
    "mariadb",
    "mariadb-admin",
    "mongo",
    "mongosh",
    "mysql",
    "mysqladmin",
    "pg_isready",
    "pgrep",
    "pidof",
    "pkill",
    "ps",
    "psql",
    "rabbitmqctl",
    "redis-cli",
    "supervisorctl",
    "wait",
];

/// Programs that change what only this container has.
const OF_CONTAINER: [&str; 12] = [
    "hostname",
    "ifconfig",
    "ip",
    "ip6tables",
    "iptables",
    "losetup",
    "mount",
    "nft",
    "route",
    "swapon",
    "sysctl",
    "umount",
];

/// Whether a program (its base name) with these words behind it leaves something that ends with the container.
pub fn leaves_process(program: &str, words: &[&str]) -> bool {
    let is_starter = || {
        let stem = program.strip_suffix(".sh").unwrap_or(program);
        stem.starts_with("start") || stem.ends_with("-start") || stem.ends_with("_start")
    };
    OF_CONTAINER.contains(&program)
        || is_starter()
        || DAEMONS.contains(&program) && !words.iter().any(|word| SAYING.contains(word))
        || words.iter().any(|word| STARTING.contains(word))
}

/// Whether a program (its base name) with these words behind it may need a process that an earlier one has left.
pub fn needs_process(program: &str, words: &[&str]) -> bool {
    const PLACES: [&str; 5] = ["localhost", "127.0.0.1", "[::1]", "0.0.0.0", ".sock"];
    LOOKING.contains(&program)
        || words.iter().any(|word| {
            matches!(*word, "stop" | "shutdown") || PLACES.iter().any(|place| word.contains(place))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starters_leave_a_process() {
        for (program, words) in [
            ("service", vec!["postgresql", "start"]),
            ("mysqld_safe", vec!["--user=mysql"]),
            ("nginx", vec![]),
            ("start-dfs.sh", vec![]),
            ("startd", vec![]),
            ("redis-server", vec!["--daemonize", "yes"]),
            ("mount", vec!["/b"]),
        ] {
            assert!(leaves_process(program, &words), "{program}");
        }
        for (program, words) in [("nginx", vec!["-t"]), ("make", vec!["install"]), ("restic", vec![])] {
            assert!(!leaves_process(program, &words), "{program}");
        }
    }

    #[test]
    fn clients_need_one() {
        assert!(needs_process("psql", &["-c", "b"]) && needs_process("curl", &["http://localhost:80"]));
        assert!(!needs_process("curl", &["https://b.example/"]));
    }
}
