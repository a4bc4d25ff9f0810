//! The flags of HEALTHCHECK; none of them may stand before `NONE`.

use super::{Flag, Since, ValueKind, version};

const LINK: &str = "https://docs.docker.com/reference/dockerfile/#healthcheck";

pub(super) const HEALTHCHECK: &[Flag] = &[
    Flag {
        name: "interval",
        value: ValueKind::Duration,
        repeatable: false,
        expands: false,
        default: Some("30s"),
        since: Since::Always,
        documentation: "The time from the start to the first check, and from the end of each check to the next.",
        link: LINK,
    },
    Flag {
        name: "retries",
        value: ValueKind::Number,
        repeatable: false,
        expands: false,
        default: Some("3"),
        since: Since::Always,
        documentation: "How many checks in a row must fail before the container is `unhealthy`; 0 means the default.",
        link: LINK,
    },
    Flag {
        name: "start-interval",
        value: ValueKind::Duration,
        repeatable: false,
        expands: false,
        default: Some("5s"),
        since: Since::Stable(version(6)),
        documentation: "The time between checks during the start period. Needs Docker Engine 25.0.",
        link: LINK,
    },
    Flag {
        name: "start-period",
        value: ValueKind::Duration,
        repeatable: false,
        expands: false,
        default: Some("0s"),
        since: Since::Always,
        documentation: "How long the program may take to start: a failed check within it does not count, a passed one ends it.",
        link: LINK,
    },
    Flag {
        name: "timeout",
        value: ValueKind::Duration,
        repeatable: false,
        expands: false,
        default: Some("30s"),
        since: Since::Always,
        documentation: "How long one check may take; after that it is killed and counts as failed.",
        link: LINK,
    },
];
