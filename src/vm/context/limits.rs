//! Hard limits of an interpreter: fuel, memory, a deadline, and the host's wish to stop.
//!
//! A limit that was hit stays hit until the host resets it. What it raises is no ordinary exception: no `except`, `finally`, `with` or
//! generator of the program sees it, frames are left one after the other, and whatever native code swallows it meets it again at the next
//! check. That makes the limits independent of what the program does with exceptions.
//!
//! Fuel is counted where the loop looks at the eval breaker, on calls and backward jumps: while it is limited its bit stays set, so an
//! interpreter without that limit pays nothing. The count depends on the program alone, not on the machine or on specialised code.
//!
//! CPython has no counterpart.

use super::eval_breaker::{self, EvalBreaker};
use super::{PyErr, PyResult, Vm};
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// Which limit was hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LimitKind {
    /// The fuel ran out.
    Fuel,
    /// More memory is in use than allowed.
    Memory,
    /// The deadline passed.
    Deadline,
    /// The host asked to stop.
    Interrupted,
}

const WISH_NONE: u8 = 0;
const WISH_STOP: u8 = 1;
const WISH_DEADLINE: u8 = 2;

/// The limits of one interpreter and how far they are used up.
#[derive(Default)]
pub struct Limits {
    fuel: Cell<Option<u64>>,
    hit: Cell<Option<LimitKind>>,
    wish: Arc<AtomicU8>,
}

/// Stops an interpreter from another thread.
#[derive(Clone)]
pub struct InterruptHandle {
    wish: Arc<AtomicU8>,
    breaker: EvalBreaker,
}

impl InterruptHandle {
    /// Stops what the interpreter runs, at its next check.
    pub fn interrupt(&self) {
        self.ask(WISH_STOP);
    }

    /// Tells the interpreter that its deadline has passed.
    pub fn deadline_passed(&self) {
        self.ask(WISH_DEADLINE);
    }

    fn ask(&self, wish: u8) {
        self.wish.store(wish, Ordering::Release);
        self.breaker.request(eval_breaker::INTERRUPT);
    }
}

impl Limits {
    /// The limit that was hit, until `reset`.
    pub fn hit(&self) -> Option<LimitKind> {
        self.hit.get()
    }

    /// Whether a limit was hit: handlers of the program are passed over.
    #[inline(always)]
    pub fn is_hit(&self) -> bool {
        self.hit.get().is_some()
    }

    /// Fuel that is left; `None` is no limit.
    pub fn fuel(&self) -> Option<u64> {
        self.fuel.get()
    }
}

impl Vm {
    /// Gives the interpreter fuel: so many calls and backward jumps. `None` takes the limit away.
    pub fn set_fuel(&self, fuel: Option<u64>) {
        self.limits.fuel.set(fuel);
        match fuel {
            Some(_) => self.breaker.request(eval_breaker::FUEL),
            None => self.breaker.clear(eval_breaker::FUEL),
        }
    }

    /// What another thread stops the interpreter with.
    pub fn interrupt_handle(&self) -> InterruptHandle {
        InterruptHandle {
            wish: self.limits.wish.clone(),
            breaker: self.breaker.clone(),
        }
    }

    /// Forgets a limit that was hit, so that the interpreter can be used again.
    pub fn reset_limits(&self) {
        self.limits.hit.set(None);
        self.limits.wish.store(WISH_NONE, Ordering::Release);
        self.breaker
            .clear(eval_breaker::INTERRUPT | eval_breaker::MEMORY);
    }

    /// As the loop does on calls and backward jumps, for native code that may go on for long.
    #[inline(always)]
    pub fn check_limits_in_native_loop(&self) -> PyResult<()> {
        if self.breaker.bits_relaxed() & eval_breaker::LIMITS != 0 {
            self.check_limits()
        } else {
            Ok(())
        }
    }

    /// The check behind the bits `MEMORY`, `FUEL` and `INTERRUPT` of the eval breaker.
    #[cold]
    #[inline(never)]
    pub(crate) fn check_limits(&self) -> PyResult<()> {
        let limits = &self.limits;
        if let Some(kind) = limits.hit.get() {
            return Err(self.limit_error(kind));
        }
        // The bit goes first: a wish that comes after the look sets it again.
        self.breaker.clear(eval_breaker::INTERRUPT);
        match limits.wish.load(Ordering::Acquire) {
            WISH_NONE => {}
            WISH_DEADLINE => return Err(self.hit_limit(LimitKind::Deadline)),
            _ => return Err(self.hit_limit(LimitKind::Interrupted)),
        }
        if self.breaker.bits() & eval_breaker::MEMORY != 0 {
            self.breaker.clear(eval_breaker::MEMORY);
            if self.heap.is_over_limit() {
                // Garbage in cycles may be all that is too much.
                (self.hooks.collect.get())(self, 2);
            }
            if self.heap.is_over_limit() {
                return Err(self.hit_limit(LimitKind::Memory));
            }
        }
        match limits.fuel.get() {
            Some(0) => Err(self.hit_limit(LimitKind::Fuel)),
            Some(fuel) => {
                limits.fuel.set(Some(fuel - 1));
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn hit_limit(&self, kind: LimitKind) -> PyErr {
        self.limits.hit.set(Some(kind));
        // Keeps every check asking until the host resets the limit.
        self.breaker.request(eval_breaker::INTERRUPT);
        self.limit_error(kind)
    }

    fn limit_error(&self, kind: LimitKind) -> PyErr {
        match kind {
            LimitKind::Memory => self.no_memory(),
            LimitKind::Fuel => self.keyboard_interrupt("the fuel ran out"),
            LimitKind::Deadline => self.keyboard_interrupt("the deadline passed"),
            LimitKind::Interrupted => self.keyboard_interrupt("the host asked to stop"),
        }
    }
}
