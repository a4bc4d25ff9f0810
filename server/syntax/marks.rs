//! Room beside an instruction for yes or no answers that later layers derive from it alone. It holds no more than bits:
//! an edit copies it with every instruction that it leaves as it is.

use std::sync::atomic::{AtomicU64, Ordering};

/// Room for `64 * WORDS - 1` answers, which are made together.
#[derive(Debug)]
pub(crate) struct Marks<const WORDS: usize>([AtomicU64; WORDS]);

/// The bit of the last word that says that the answers are there.
const MADE: u64 = 1 << 63;

impl<const WORDS: usize> Marks<WORDS> {
    /// The answers, made on first use. The highest bit of the last word is none of them, and comes out unset.
    pub(crate) fn get_or_init(&self, make: impl FnOnce() -> [u64; WORDS]) -> [u64; WORDS] {
        let mut words = self.load();
        if words.last().is_some_and(|last| last & MADE == 0) {
            words = make();
            words.last_mut().into_iter().for_each(|last| *last |= MADE);
            // The last word is written last and read first, so that none is read before it is there.
            for (room, word) in self.0.iter().zip(words) {
                room.store(word, Ordering::Release);
            }
        }
        words.last_mut().into_iter().for_each(|last| *last &= !MADE);
        words
    }

    fn load(&self) -> [u64; WORDS] {
        let mut words = [0; WORDS];
        for (word, room) in words.iter_mut().zip(&self.0).rev() {
            *word = room.load(Ordering::Acquire);
        }
        words
    }
}

impl<const WORDS: usize> Default for Marks<WORDS> {
    fn default() -> Self {
        Marks([const { AtomicU64::new(0) }; WORDS])
    }
}

impl<const WORDS: usize> Clone for Marks<WORDS> {
    fn clone(&self) -> Self {
        Marks(self.load().map(AtomicU64::new))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_made_once_and_copied() {
        let marks = Marks::default();
        let copy = marks.clone();
        assert_eq!(marks.get_or_init(|| [u64::MAX, 5]), [u64::MAX, 5]);
        assert_eq!(marks.get_or_init(|| [1, 1]), [u64::MAX, 5]);
        assert_eq!(marks.clone().get_or_init(|| [1, 1]), [u64::MAX, 5]);
        assert_eq!(copy.get_or_init(|| [0, 0]), [0, 0]);
        assert_eq!(copy.get_or_init(|| [1, 1]), [0, 0]);
    }
}
