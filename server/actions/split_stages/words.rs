//! Splits the words of a command that builds into options with their values and operands.

/// The options of a command by their names, without dashes, each with its value, and its other words. Those options of
/// `with_values` that have no `=` take the next word. `None` where only the shell knows a word that is no option's value.
#[derive(Debug)]
pub(super) struct Words<'a> {
    options: Vec<(&'a str, &'a str)>,
    pub(super) operands: Vec<&'a str>,
}

impl<'a> Words<'a> {
    pub(super) fn read(words: &[&'a str], with_values: &[&str]) -> Option<Words<'a>> {
        let (mut options, mut operands) = (Vec::new(), Vec::new());
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let option = word.strip_prefix('-').map(|option| option.trim_start_matches('-'));
            // As `dotnet` takes them as well.
            let option = option.or_else(|| word.strip_prefix("/p:").map(|_| word.trim_start_matches('/')));
            match option {
                Some(option) => match option.split_once('=') {
                    Some(pair) => options.push(pair),
                    None if with_values.contains(&option) => options.push((option, words.next()?)),
                    None => options.push((option, "")),
                },
                None if word.contains(['$', '`']) => return None,
                None => operands.push(*word),
            }
        }
        Some(Words { options, operands })
    }

    /// The last value of an option of one of these names.
    pub(super) fn value(&self, names: &[&str]) -> Option<&'a str> {
        self.options.iter().rfind(|(name, _)| names.contains(name)).map(|(_, value)| *value)
    }

    /// Whether an option of one of these names is given.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        self.value(names).is_some()
    }

    /// The values of all options of a name, in order.
    pub(super) fn values(&self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.options.iter().filter(move |(found, _)| *found == name).map(|(_, value)| *value)
    }

    /// The options by their names, each with its value.
    pub(super) fn options(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.options.iter().copied()
    }

    /// Whether an option begins with one of these.
    pub(super) fn has_like(&self, starts: &[&str]) -> bool {
        self.options.iter().any(|(name, _)| starts.iter().any(|start| name.starts_with(start)))
    }
}
