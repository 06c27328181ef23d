//! Module locks: one thread imports a module, others wait for it; and the import lock of `_imp`.
//!
//! The tables are guarded by the interpreter's lock. A thread that would wait for a module whose importer (through others) waits for it would
//! wait for ever; it goes on with the partly initialised module instead, as CPython does.
//!
//! CPython 3.11: `_ModuleLock` in `Lib/importlib/_bootstrap.py`, the import lock in `Python/import.c`.

use crate::context::waiting::WaitLock;
use crate::context::{PyResult, Thread, Vm};
use crate::object::Value;
use crate::types::str::value::PyStr;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// A thread, by the address of its state.
type Id = usize;

/// The running thread. Not its ident, which another thread may get later.
fn running(vm: &Vm) -> Id {
    std::ptr::from_ref::<Thread>(vm.thread()).addr()
}

#[derive(Default)]
struct Lock {
    owner: Cell<Id>,
    depth: Cell<usize>,
    /// Locked while somebody owns it.
    gate: WaitLock,
}

/// The locks of an interpreter, by module name, and what each thread waits for.
#[derive(Default)]
pub struct ModuleLocks {
    locks: RefCell<HashMap<String, Rc<Lock>, ahash::RandomState>>,
    waiting: RefCell<HashMap<Id, String, ahash::RandomState>>,
}

/// Holds a module lock.
pub struct Guard {
    locks: Rc<ModuleLocks>,
    name: Option<String>,
}

impl ModuleLocks {
    fn lock(&self, name: &str) -> Rc<Lock> {
        let mut locks = self.locks.borrow_mut();
        match locks.get(name) {
            Some(lock) => lock.clone(),
            None => locks.entry(name.to_string()).or_default().clone(),
        }
    }

    fn would_deadlock(&self, name: &str, thread: Id) -> bool {
        let (locks, waiting) = (self.locks.borrow(), self.waiting.borrow());
        let mut name = name;
        for _ in 0..=waiting.len() {
            let Some(owner) = locks
                .get(name)
                .filter(|lock| lock.depth.get() != 0)
                .map(|lock| lock.owner.get())
            else {
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
        let Some(lock) = locks.get(name) else {
            return;
        };
        lock.depth.set(lock.depth.get().saturating_sub(1));
        if lock.depth.get() == 0 {
            lock.gate.release();
            // Those who wait have a reference of their own.
            if Rc::strong_count(lock) == 1 {
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
    let thread = running(vm);
    let name = match name.downcast_ref::<PyStr>() {
        Some(name) => name.to_string_lossy().into_owned(),
        None => String::new(),
    };
    let lock = locks.lock(&name);
    if lock.depth.get() != 0 && lock.owner.get() == thread {
        lock.depth.set(lock.depth.get() + 1);
        drop(lock);
        let name = Some(name);
        return Ok(Guard { locks, name });
    }
    if !lock.gate.try_acquire() {
        if locks.would_deadlock(&name, thread) {
            return Ok(Guard { locks, name: None });
        }
        locks.waiting.borrow_mut().insert(thread, name.clone());
        let taken = lock.gate.acquire(vm, None);
        locks.waiting.borrow_mut().remove(&thread);
        taken?;
    }
    lock.owner.set(thread);
    lock.depth.set(1);
    // Its entry may have gone while this thread waited.
    locks.locks.borrow_mut().insert(name.clone(), lock);
    let name = Some(name);
    Ok(Guard { locks, name })
}

/// Waits until another thread's import of the module has ended (`_lock_unlock_module`).
pub fn wait_for(vm: &Vm, name: &Value) -> PyResult<()> {
    acquire(vm, name).map(drop)
}

/// The one lock of `_imp.acquire_lock`, which its owner may take again.
#[derive(Default)]
struct ImportLock {
    owner: Cell<Id>,
    depth: Cell<usize>,
    lock: WaitLock,
}

/// `_imp.acquire_lock()`
pub fn acquire_global(vm: &Vm) -> PyResult<()> {
    let state = vm.state.get::<ImportLock>();
    let me = running(vm);
    if state.depth.get() == 0 || state.owner.get() != me {
        state.lock.acquire_uninterrupted(vm);
        state.owner.set(me);
        state.depth.set(0);
    }
    state.depth.set(state.depth.get() + 1);
    Ok(())
}

/// Holds the import lock (`_ImportLockContext`).
pub struct GlobalGuard<'a>(&'a Vm);

impl GlobalGuard<'_> {
    /// Takes the lock.
    pub fn acquire(vm: &Vm) -> PyResult<GlobalGuard<'_>> {
        acquire_global(vm)?;
        Ok(GlobalGuard(vm))
    }
}

impl Drop for GlobalGuard<'_> {
    fn drop(&mut self) {
        release_global(self.0);
    }
}

/// `_imp.release_lock()`; false when the running thread does not have it.
pub fn release_global(vm: &Vm) -> bool {
    let state = vm.state.get::<ImportLock>();
    if state.depth.get() == 0 || state.owner.get() != running(vm) {
        return false;
    }
    state.depth.set(state.depth.get() - 1);
    if state.depth.get() == 0 {
        state.owner.set(0);
        state.lock.release();
    }
    true
}

/// `_imp.lock_held()`
pub fn is_held(vm: &Vm) -> bool {
    vm.state.get::<ImportLock>().depth.get() != 0
}

/// In the child of a fork, which was made with the import lock: gives it back, and frees the module locks of threads that are gone.
pub fn after_fork(vm: &Vm) {
    let state = vm.state.get::<ImportLock>();
    state.lock.reset();
    let depth = state.depth.get().saturating_sub(1);
    state.depth.set(depth);
    if depth > 0 {
        state.lock.try_acquire();
    }
    let locks = vm.state.get::<ModuleLocks>();
    let me = running(vm);
    locks
        .locks
        .borrow_mut()
        .retain(|_, lock| lock.owner.get() == me);
    locks.waiting.borrow_mut().clear();
}
