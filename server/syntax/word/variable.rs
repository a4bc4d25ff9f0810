//! `$name` and `${name…}` with every modifier.

use super::lexer::Lexer;
use super::{Value, WordError, WordErrorKind, pattern};

impl Lexer<'_> {
    pub(super) fn dollar(&mut self) -> Result<String, WordError> {
        let start = self.position;
        self.next();
        if self.peek() != Some('{') {
            let name_start = self.position;
            let name = self.name();
            if name.is_empty() {
                return Ok("$".to_owned());
            }
            self.record(&name, start, name_start, String::new());
            return Ok(match self.value(&name) {
                Some(value) => value,
                None if self.reading.keep_unset => format!("${name}"),
                None => String::new(),
            });
        }
        self.next();
        match self.peek() {
            None => return self.error(WordErrorKind::UnterminatedVariable, start),
            Some('{' | '}' | ':') => {
                self.next();
                return self.error(WordErrorKind::BadSubstitution, start);
            }
            Some(_) => {}
        }
        self.braced(start)
    }

    /// After `${`.
    fn braced(&mut self, start: usize) -> Result<String, WordError> {
        let name_start = self.position;
        let name = self.name();
        let index = self.uses.len();
        self.record(&name, start, name_start, String::new());
        let mut modifier = String::new();
        let Some(mut operator) = self.next() else {
            return self.error(WordErrorKind::UnterminatedVariable, start);
        };
        modifier.push(operator);
        if operator == '}' {
            self.close(index, String::new());
            return Ok(match self.value(&name) {
                Some(value) => value,
                None if self.reading.keep_unset => format!("${{{name}}}"),
                None => String::new(),
            });
        }
        let null_is_unset = operator == ':';
        if null_is_unset {
            let Some(second) = self.next() else {
                return self.error(WordErrorKind::UnterminatedVariable, start);
            };
            operator = second;
            modifier.push(operator);
        }
        let is_pattern = matches!(operator, '#' | '%');
        if (null_is_unset && is_pattern)
            || !(null_is_unset || matches!(operator, '+' | '-' | '?' | '#' | '%' | '/'))
        {
            return self.error(WordErrorKind::UnsupportedModifier(modifier), start);
        }
        if operator == '/' && !null_is_unset {
            return self.replacement(&name, start, index);
        }
        let word = match self.until(Some('}'), is_pattern) {
            Ok((word, _)) => word,
            Err(error) if self.peek().is_some() => return Err(error),
            Err(_) => return self.error(WordErrorKind::UnterminatedVariable, start),
        };
        self.close(index, modifier.clone());
        let value = self.value(&name);
        let is_unknown = (self.lookup)(&name) == Value::Unknown;
        if value.is_none() && self.reading.keep_unset {
            return Ok(format!("${{{name}{modifier}{word}}}"));
        }
        let present = value.filter(|value| !(null_is_unset && value.is_empty()));
        match operator {
            '-' => Ok(present.unwrap_or(word)),
            '+' => Ok(present.map(|_| word).unwrap_or_default()),
            '?' => match present {
                Some(value) => Ok(value),
                None if is_unknown => Ok(String::new()),
                None => self.error(WordErrorKind::Required(name), start),
            },
            '#' | '%' => {
                let (pattern, greedy) = match word.strip_prefix(operator) {
                    Some(rest) => (rest, true),
                    None => (word.as_str(), false),
                };
                let Some(pattern) = pattern::parse(pattern) else {
                    return self.error(WordErrorKind::InvalidPattern, start);
                };
                let value = present.unwrap_or_default();
                Ok(match operator {
                    '#' => pattern::without_prefix(&pattern, &value, greedy),
                    _ => pattern::without_suffix(&pattern, &value, greedy),
                })
            }
            _ => self.error(WordErrorKind::UnsupportedModifier(modifier), start),
        }
    }

    /// After `${name/`.
    fn replacement(&mut self, name: &str, start: usize, index: usize) -> Result<String, WordError> {
        let all = self.peek() == Some('/');
        if all {
            self.next();
        }
        let mut parts = [String::new(), String::new()];
        for (part, stop) in parts.iter_mut().zip(['/', '}']) {
            *part = match self.until(Some(stop), true) {
                Ok((word, _)) => word,
                Err(error) if self.peek().is_some() => return Err(error),
                Err(_) => return self.error(WordErrorKind::UnterminatedVariable, start),
            };
        }
        let [pattern, replacement] = parts;
        self.close(index, if all { "//".to_owned() } else { "/".to_owned() });
        let value = self.value(name);
        if value.is_none() && self.reading.keep_unset {
            return Ok(format!("${{{name}/{pattern}/{replacement}}}"));
        }
        match pattern::parse(&pattern) {
            Some(pattern) => Ok(pattern::replaced(&pattern, &value.unwrap_or_default(), &replacement, all)),
            None => self.error(WordErrorKind::InvalidPattern, start),
        }
    }
}
