//! The one word that the loop looks at on calls and backward jumps.
//!
//! A bit for each reason to leave the straight path. Other threads and signal handlers may set bits; the interpreter clears them when it
//! has dealt with the reason.
//!
//! CPython 3.11: `eval_breaker` in `Python/ceval_gil.h`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A signal arrived.
pub const SIGNALS: u32 = 1;
/// A collection is due.
pub const GC: u32 = 1 << 1;
/// Another thread wants the lock.
pub const GIL: u32 = 1 << 2;
/// Calls asked for by other threads.
pub const PENDING: u32 = 1 << 3;
/// The memory limit was passed.
pub const MEMORY: u32 = 1 << 4;
/// The fuel ran out.
pub const FUEL: u32 = 1 << 5;
/// The deadline passed, or the host asked to stop.
pub const INTERRUPT: u32 = 1 << 6;
/// An exception another thread raises here (`PyThreadState_SetAsyncExc`).
pub const ASYNC_EXC: u32 = 1 << 7;
/// A trace or profile function is set: loops go on in the one that calls it. The bit stays set as long.
pub const TRACE: u32 = 1 << 8;

/// The limits of the interpreter.
pub const LIMITS: u32 = MEMORY | FUEL | INTERRUPT;

/// The word, shared with those who may ask from outside.
#[derive(Clone, Default)]
pub struct EvalBreaker(Arc<AtomicU32>);

impl EvalBreaker {
    /// Whether anything is asked for.
    #[inline(always)]
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed) != 0
    }

    /// The word itself, for those who set bits where nothing else can be done (handlers of signals).
    pub fn word(&self) -> *mut AtomicU32 {
        Arc::as_ptr(&self.0).cast_mut()
    }

    /// Keeps the word until the process ends.
    pub fn keep_forever(&self) {
        std::mem::forget(self.0.clone());
    }

    /// The bits asked for.
    pub fn bits(&self) -> u32 {
        self.0.load(Ordering::Acquire)
    }

    /// The bits asked for, for code that only wants to know whether to look closer.
    #[inline(always)]
    pub fn bits_relaxed(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    /// Asks.
    pub fn request(&self, bits: u32) {
        self.0.fetch_or(bits, Ordering::Release);
    }

    /// Sets or clears.
    pub fn set_if(&self, bits: u32, on: bool) {
        if on {
            self.request(bits);
        } else if self.bits() & bits != 0 {
            self.clear(bits);
        }
    }

    /// Notes that something was dealt with.
    pub fn clear(&self, bits: u32) {
        self.0.fetch_and(!bits, Ordering::AcqRel);
    }
}
