//! `shared-private-key`

use crate::rules::prelude::*;
use crate::semantic::commands::Invocation;

declare_rule! {
    /// ## What it does
    /// Finds a RUN that makes a private key, with `ssh-keygen` or `openssl`, and leaves it in an image that ships.
    ///
    /// ## Why is this bad?
    /// Every container of the image has the same key, and so has everybody who can have the image: a server with it can be
    /// imitated, and what was sent to it read. A container makes its keys when it first starts, or is given them.
    ///
    /// Source: ssh-keygen(1); openssl-req(1), openssl-genpkey(1); CWE-321.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN openssl req -x509 -nodes -newkey rsa:2048 -subj /CN=example -keyout /etc/ssl/private/site.key -out /etc/ssl/site.crt
    /// CMD ["/usr/local/bin/start"]
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// COPY --chmod=755 make-keys-and-start /usr/local/bin/
    /// CMD ["/usr/local/bin/make-keys-and-start"]
    /// ```
    ///
    /// ## Silent
    /// In a stage that no image is built on, and in an image to work or test in, by its name or who builds it; for what is made out to
    /// `localhost`; and where the same RUN removes something in the key's folder, or with `shred` anything.
    pub(crate) static SHARED_PRIVATE_KEY = {
        id: "shared-private-key", group: Security, severity: Info, since: "0.1.0",
        also: [],
        check: Steps(makes_key, check),
    }
}

fn makes_key(instruction: &Instruction) -> bool {
    instruction.ast().kind == Kind::Run
        && Facts::of(instruction).is_some_and(|facts| keys(facts).next().is_some())
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    let counts = |index: &&usize| {
        ships(cx, **index) && !is_in_workplace(cx, **index) && model.has_posix_shell(**index)
    };
    for index in steps.iter().filter(counts) {
        let Some(facts) = file.item(*index).and_then(|item| Facts::of(&item.instruction)) else { continue };
        for invocation in keys(facts) {
            let Some(command) = invocation.command(&facts.script) else { continue };
            let message = format!(
                "every container of this image has the private key that `{}` makes here",
                invocation.name
            );
            out.push_at(*index, facts.script.place(command.part), message);
        }
    }
}

/// The commands of a script that make a private key which is still there at its end.
fn keys(facts: &Facts) -> impl Iterator<Item = &Invocation> {
    let is_removed = |path: Option<&str>| {
        facts.invocations.iter().any(|other| match &*other.name {
            "shred" => true,
            "rm" => {
                let folder = path.and_then(|path| path.rsplit_once('/')).map_or("", |(folder, _)| folder);
                other.written_arguments(&facts.script).iter().any(|word| word.contains(folder))
            }
            _ => false,
        })
    };
    facts.invocations.iter().filter(move |invocation| {
        let words = invocation.written_arguments(&facts.script);
        let path = match &*invocation.name {
            "ssh-keygen" => of_ssh(&words),
            "openssl" => of_openssl(&words),
            _ => None,
        };
        path.is_some_and(|path| !is_removed(path))
    })
}

/// Where `ssh-keygen` writes a key; `None` where it makes none. `Some(None)` is where it always does.
fn of_ssh<'a>(words: &[&'a str]) -> Option<Option<&'a str>> {
    if words.contains(&"-A") {
        return Some(Some("/etc/ssh/ssh_host_rsa_key"));
    }
    // What else the program does: shows, converts, signs, looks into files of known hosts.
    const OTHERS: [&str; 14] =
        ["-B", "-D", "-F", "-H", "-I", "-L", "-Q", "-R", "-Y", "-c", "-e", "-i", "-l", "-y"];
    let is_other = words.iter().any(|word| OTHERS.contains(word));
    let makes = words.iter().any(|word| word.starts_with("-t") || word.starts_with("-N"));
    (makes && !is_other).then(|| after(words, "-f"))
}

/// Where `openssl` writes a key; `None` where it makes none, or one for this machine alone.
fn of_openssl<'a>(words: &[&'a str]) -> Option<Option<&'a str>> {
    let makes = match *words.first()? {
        "req" => (words.contains(&"-newkey") || words.contains(&"-keyout")) && !words.contains(&"-key"),
        "genrsa" | "genpkey" => true,
        "ecparam" => words.contains(&"-genkey"),
        _ => false,
    };
    let is_for_here = words.iter().any(|word| word.contains("localhost") || word.contains("127.0.0.1"));
    let place = after(words, "-keyout").or_else(|| after(words, "-out"));
    (makes && !is_for_here && place.is_some()).then_some(place)
}

/// The word behind an option.
fn after<'a>(words: &[&'a str], option: &str) -> Option<&'a str> {
    words.iter().skip_while(|word| **word != option).nth(1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(SHARED_PRIVATE_KEY);

    #[test]
    fn a_key_that_ships_is_found() {
        check(
            "
FROM a
RUN ssh-keygen -A && mkdir /run/sshd
  # ^^^^^^^^^^^^^ every container of this image has the private key that `ssh-keygen` makes here
RUN ssh-keygen -q -t rsa -N '' -f /root/.ssh/id_rsa
  # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ every container of this image has the private key that `ssh-keygen` makes here
RUN openssl genrsa -out /b/c.key 2048
  # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ every container of this image has the private key that `openssl` makes here
",
        );
    }

    #[test]
    fn what_makes_none_or_keeps_none_is_silent() {
        for run in [
            "ssh-keygen -A && rm /etc/ssh/ssh_host_*",
            "ssh-keygen -y -t rsa -f /b > /b.pub",
            "ssh-keygen -R github.com",
            "openssl req -new -key /b.key -out /b.csr",
            "openssl req -x509 -newkey rsa:2048 -keyout /b.key -subj /CN=localhost",
            "openssl genrsa 2048",
            "openssl dhparam -out /b 2048",
            "openssl genrsa -out /b/c.key && rm -r /b",
        ] {
            check_none(&format!("FROM a\nRUN {run}\n"));
        }
        check_none("FROM a AS b\nRUN ssh-keygen -A\nFROM c\nCOPY --from=b /d /d\n");
        check_none("FROM a AS test\nRUN ssh-keygen -A\n");
        check_none("FROM a\nCMD ssh-keygen -A && sshd -D\n");
    }
}
