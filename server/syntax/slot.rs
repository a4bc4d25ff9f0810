//! Room in an instruction for what later layers derive from it once and keep: it lives exactly as long as
//! the instruction is unchanged.

use std::any::Any;
use std::sync::OnceLock;

/// Room for one derived value of one type.
#[derive(Default)]
pub(crate) struct Slot(OnceLock<Box<dyn Any + Send + Sync>>);

impl Slot {
    /// The value, made on first use. One slot holds one type: a second type is made anew each time and
    /// not kept, which is why each slot has one reader.
    pub(crate) fn get_or_init<T: Send + Sync + 'static>(&self, make: impl FnOnce() -> T) -> Option<&T> {
        self.0.get_or_init(|| Box::new(make())).downcast_ref()
    }
}

impl std::fmt::Debug for Slot {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(if self.0.get().is_some() { "Slot(filled)" } else { "Slot(empty)" })
    }
}
