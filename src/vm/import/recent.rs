//! What a finder learnt about a file a moment ago: the loader of the same import need not ask the system again.
//!
//! A finder notes what it saw (`note`); when its spec is the one that will be loaded, the import expects that file to be loaded next
//! (`expect`), and the loader takes it (`take`). Nothing written in Python runs in between: a spec from a finder of the program, or found
//! for somebody who loads it later, carries nothing along.

use crate::context::Vm;
use crate::context::host::Stat;
use std::cell::RefCell;

#[derive(Default)]
struct Recent {
    /// What a finder saw.
    noted: RefCell<Option<(Vec<u8>, Stat)>>,
    /// What the loader may rely on.
    expected: RefCell<Option<(Vec<u8>, Stat)>>,
}

/// A finder saw this file.
pub fn note(vm: &Vm, path: Vec<u8>, stat: Stat) {
    vm.state.get::<Recent>().noted.replace(Some((path, stat)));
}

/// The module that was found is loaded next.
pub fn expect(vm: &Vm) {
    let recent = vm.state.get::<Recent>();
    let noted = recent.noted.take();
    recent.expected.replace(noted);
}

/// Code of the program may run, or the import is over.
pub fn forget(vm: &Vm) {
    let recent = vm.state.get::<Recent>();
    recent.noted.take();
    recent.expected.take();
}

/// What is known of this file, once.
pub fn take(vm: &Vm, path: &[u8]) -> Option<Stat> {
    let (known, stat) = vm.state.get::<Recent>().expected.take()?;
    (known == path).then_some(stat)
}
