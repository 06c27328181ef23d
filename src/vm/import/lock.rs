//! Module locks: one thread imports a module, others wait for it.
//!
//! An interpreter runs on one thread at a time, so the table of locks needs no lock of its own. A thread that would wait for a lock whose
//! owner (through others) waits for it would wait for ever; it goes on with the partly initialised module instead, as CPython does.
//!
//! CPython 3.11: `_ModuleLock` in `Lib/importlib/_bootstrap.py`.

use crate::context::{PyResult, Vm};
use crate::object::Value;
use crate::types::str::value::PyStr;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

#[derive(Default)]
struct Lock {
    owner: u64,
    depth: usize,
}

/// The locks of an interpreter, by module name, and what each thread waits for.
#[derive(Default)]
pub struct ModuleLocks {
    locks: RefCell<HashMap<String, Lock, ahash::RandomState>>,
    waiting: RefCell<HashMap<u64, String, ahash::RandomState>>,
}

/// Holds a module lock.
pub struct Guard {
    locks: Rc<ModuleLocks>,
    name: Option<String>,
}

impl ModuleLocks {
    /// Takes the lock if it is free or this thread's own.
    fn try_take(&self, name: &str, thread: u64) -> bool {
        let mut locks = self.locks.borrow_mut();
        let lock = locks.entry(name.to_string()).or_default();
        if lock.depth != 0 && lock.owner != thread {
            return false;
        }
        lock.owner = thread;
        lock.depth += 1;
        true
    }

    fn would_deadlock(&self, name: &str, thread: u64) -> bool {
        let (locks, waiting) = (self.locks.borrow(), self.waiting.borrow());
        let mut name = name;
        for _ in 0..=waiting.len() {
            let Some(owner) = locks.get(name).map(|lock| lock.owner) else {
                return false;
            };
            if owner == thread {
                return true;
            }
            match waiting.get(&owner) {
                Some(next) => name = next,
                None => return false,
            }
        }
        true
    }

    fn give_back(&self, name: &str) {
        let mut locks = self.locks.borrow_mut();
        if let Some(lock) = locks.get_mut(name) {
            lock.depth -= 1;
            if lock.depth == 0 {
                locks.remove(name);
            }
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            self.locks.give_back(name);
        }
    }
}

/// Takes the lock of a module, waiting for another thread's import of it to end.
pub fn acquire(vm: &Vm, name: &Value) -> PyResult<Guard> {
    let locks = vm.state.get::<ModuleLocks>();
    // Not its ident, which it gets when it first asks for it.
    let thread = std::ptr::from_ref(vm.thread()) as u64;
    let name = match name.downcast_ref::<PyStr>() {
        Some(name) => name.to_string_lossy().into_owned(),
        None => String::new(),
    };
    while !locks.try_take(&name, thread) {
        if locks.would_deadlock(&name, thread) {
            return Ok(Guard { locks, name: None });
        }
        locks.waiting.borrow_mut().insert(thread, name.clone());
        (vm.hooks.switch_threads.get())(vm);
        let handled = (vm.hooks.handle_signals.get())(vm);
        locks.waiting.borrow_mut().remove(&thread);
        handled?;
    }
    let name = Some(name);
    Ok(Guard { locks, name })
}

/// Waits until another thread's import of the module has ended (`_lock_unlock_module`).
pub fn wait_for(vm: &Vm, name: &Value) -> PyResult<()> {
    acquire(vm, name).map(drop)
}
