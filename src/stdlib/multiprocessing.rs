//! `_multiprocessing`: the semaphores behind the locks of `multiprocessing`.
//!
//! CPython 3.11: `Modules/_multiprocessing/`.

mod ffi;

pub use multiprocessing_module::DEF;

use derive::{Traverse, pymethods, pytype};
use ffi::NamedSemaphore;
use std::cell::Cell;
use std::ffi::CString;
use std::time::{Duration, SystemTime};
use vm::context::errors::ExcKind;
use vm::context::{PyErr, PyResult, Vm};
use vm::object::alloc::new_object;
use vm::object::{Py, PyType, Value};
use vm::protocol::fs::fs_encode;
use vm::protocol::number;
use vm::types::str::value::PyStr;

/// The kind that its owner may take again.
const RECURSIVE_MUTEX: i32 = 0;
const SEMAPHORE: i32 = 1;

fn failed(vm: &Vm, errno: i32) -> PyErr {
    vm.os_error(errno, None)
}

fn c_name(vm: &Vm, name: &Py<PyStr>) -> PyResult<CString> {
    CString::new(fs_encode(name)).map_err(|_| vm.value_error("embedded null character"))
}

/// Semaphore/Mutex type
#[pytype(name = "_multiprocessing.SemLock", flags(BASETYPE), tables(SEM_LOCK))]
#[derive(Traverse)]
pub struct SemLock {
    #[pytraverse(skip)]
    semaphore: NamedSemaphore,
    #[pytraverse(skip)]
    kind: i32,
    #[pytraverse(skip)]
    maxvalue: i32,
    name: Value,
    /// How often this process holds it.
    #[pytraverse(skip)]
    count: Cell<i32>,
    /// The thread that took it last.
    #[pytraverse(skip)]
    owner: Cell<u64>,
}

impl SemLock {
    fn of(semaphore: NamedSemaphore, kind: i32, maxvalue: i32, name: Value) -> SemLock {
        SemLock {
            semaphore,
            kind,
            maxvalue,
            name,
            count: Cell::new(0),
            owner: Cell::new(0),
        }
    }

    fn is_mine(&self, vm: &Vm) -> bool {
        self.count.get() > 0 && self.owner.get() == vm.thread().ident.get()
    }

    fn value(&self, vm: &Vm) -> PyResult<i32> {
        self.semaphore.value().map_err(|errno| failed(vm, errno))
    }

    fn add(&self, number: i32) {
        self.count.set(self.count.get().saturating_add(number));
    }

    /// Waits for the semaphore; false when the time was over.
    fn wait(&self, vm: &Vm, until: Option<Duration>) -> PyResult<bool> {
        let semaphore = &self.semaphore;
        loop {
            match vm.allow_threads(|| semaphore.wait(until)) {
                Ok(()) => return Ok(true),
                Err(libc::ETIMEDOUT | libc::EAGAIN) => return Ok(false),
                Err(libc::EINTR) => (vm.hooks.handle_signals.get())(vm)?,
                Err(errno) => return Err(failed(vm, errno)),
            }
        }
    }
}

/// A time from now, since the epoch; negative ones are now.
fn deadline(vm: &Vm, timeout: &Value) -> PyResult<Option<Duration>> {
    if timeout.is_none() {
        return Ok(None);
    }
    let seconds = number::to_f64(vm, timeout)?.max(0.0);
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let wait = Duration::try_from_secs_f64(seconds)
        .map_err(|_| vm.overflow_error("timeout value is too large"))?;
    Ok(now.checked_add(wait))
}

#[pymethods(table = SEM_LOCK)]
impl SemLock {
    #[pyslot(sig = "SemLock(kind, value, maxvalue, name, unlink)")]
    fn slot_new(
        cls: &Py<PyType>,
        vm: &Vm,
        kind: i32,
        value: i32,
        maxvalue: i32,
        name: &Py<PyStr>,
        unlink: bool,
    ) -> PyResult<Value> {
        if kind != RECURSIVE_MUTEX && kind != SEMAPHORE {
            return Err(vm.value_error("unrecognized kind"));
        }
        let path = c_name(vm, name)?;
        let semaphore =
            NamedSemaphore::create(&path, value as u32).map_err(|errno| failed(vm, errno))?;
        let mut shown = name.to_value();
        if unlink {
            ffi::unlink(&path).map_err(|errno| failed(vm, errno))?;
            shown = Value::None;
        }
        let lock = SemLock::of(semaphore, kind, maxvalue, shown);
        Ok(new_object(cls, lock).into_value())
    }

    #[pyconst]
    #[expect(non_snake_case, reason = "Python's name")]
    fn SEM_VALUE_MAX() -> i64 {
        i32::MAX.into()
    }

    /// Acquire the semaphore/lock.
    #[pymethod(sig = "acquire($self, /, block=True, timeout=None)")]
    fn acquire(&self, vm: &Vm, block: bool, timeout: &Value) -> PyResult<bool> {
        if self.kind == RECURSIVE_MUTEX && self.is_mine(vm) {
            self.add(1);
            return Ok(true);
        }
        let until = if block { deadline(vm, timeout)? } else { None };
        let taken = loop {
            match self.semaphore.try_wait() {
                Ok(()) => break true,
                Err(libc::EAGAIN) if block => break self.wait(vm, until)?,
                Err(libc::EAGAIN) => break false,
                Err(libc::EINTR) => (vm.hooks.handle_signals.get())(vm)?,
                Err(errno) => return Err(failed(vm, errno)),
            }
        };
        if taken {
            self.add(1);
            self.owner.set(vm.thread().ident.get());
        }
        Ok(taken)
    }

    /// Release the semaphore/lock.
    #[pymethod(sig = "release($self, /)")]
    fn release(&self, vm: &Vm) -> PyResult<()> {
        if self.kind == RECURSIVE_MUTEX {
            if !self.is_mine(vm) {
                let message = "attempt to release recursive lock not owned by thread";
                return Err(vm.new_exception(ExcKind::AssertionError, vm.new_str(message)));
            }
            if self.count.get() > 1 {
                self.add(-1);
                return Ok(());
            }
        } else if self.value(vm)? >= self.maxvalue {
            return Err(vm.value_error("semaphore or lock released too many times"));
        }
        self.semaphore.post().map_err(|errno| failed(vm, errno))?;
        self.add(-1);
        Ok(())
    }

    /// Enter the semaphore/lock.
    #[pymethod(sig = "__enter__($self, /)")]
    fn __enter__(&self, vm: &Vm) -> PyResult<bool> {
        self.acquire(vm, true, &Value::None)
    }

    /// Exit the semaphore/lock.
    #[pymethod(sig = "__exit__($self, exc_type=None, exc_value=None, exc_tb=None, /)")]
    fn __exit__(
        &self,
        vm: &Vm,
        exc_type: &Value,
        exc_value: &Value,
        exc_tb: &Value,
    ) -> PyResult<()> {
        let _ = (exc_type, exc_value, exc_tb);
        self.release(vm)
    }

    /// Num of `acquire()`s minus num of `release()`s for this process.
    #[pymethod(sig = "_count($self, /)")]
    fn _count(&self) -> i64 {
        self.count.get().into()
    }

    /// Whether the lock is owned by this thread.
    #[pymethod(sig = "_is_mine($self, /)")]
    fn _is_mine(&self, vm: &Vm) -> bool {
        self.is_mine(vm)
    }

    /// Get the value of the semaphore.
    #[pymethod(sig = "_get_value($self, /)")]
    fn _get_value(&self, vm: &Vm) -> PyResult<i64> {
        // Some systems tell how many wait as a negative number.
        Ok(self.value(vm)?.max(0).into())
    }

    /// Return whether semaphore has value zero.
    #[pymethod(sig = "_is_zero($self, /)")]
    fn _is_zero(&self, vm: &Vm) -> PyResult<bool> {
        Ok(self.value(vm)? == 0)
    }

    #[pyclassmethod(sig = "_rebuild($type, handle, kind, maxvalue, name, /)")]
    fn _rebuild(
        cls: &Py<PyType>,
        vm: &Vm,
        handle: &Value,
        kind: i32,
        maxvalue: i32,
        name: &Value,
    ) -> PyResult<Value> {
        let _ = handle;
        let Some(text) = name.downcast_ref::<PyStr>() else {
            // The handle is an address, which nobody can vouch for.
            return Err(vm.value_error("a semaphore without a name cannot be opened again"));
        };
        let path = c_name(vm, text)?;
        let semaphore = NamedSemaphore::open(&path).map_err(|errno| failed(vm, errno))?;
        let lock = SemLock::of(semaphore, kind, maxvalue, name.clone());
        Ok(new_object(cls, lock).into_value())
    }

    /// Rezero the net acquisition count after fork().
    #[pymethod(sig = "_after_fork($self, /)")]
    fn _after_fork(&self) {
        self.count.set(0);
    }

    #[pygetset]
    fn handle(&self) -> i64 {
        self.semaphore.handle() as i64
    }

    #[pygetset]
    fn kind(&self) -> i64 {
        self.kind.into()
    }

    #[pygetset]
    fn maxvalue(&self) -> i64 {
        self.maxvalue.into()
    }

    #[pygetset]
    fn name(&self) -> Value {
        self.name.clone()
    }
}

/// The module.
#[derive::pymodule(name = "_multiprocessing", needs_os, types(super::SemLock))]
pub mod multiprocessing_module {
    use super::{c_name, failed, ffi};
    use vm::context::{PyResult, Vm};
    use vm::import::util::set;
    use vm::object::{Py, Value};
    use vm::types::dict::value::PyDict;
    use vm::types::str::value::PyStr;

    #[pyfunction(sig = "sem_unlink($module, name, /)")]
    fn sem_unlink(vm: &Vm, name: &Py<PyStr>) -> PyResult<()> {
        ffi::unlink(&c_name(vm, name)?).map_err(|errno| failed(vm, errno))
    }

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        let flags = PyDict::new(vm);
        for name in ["HAVE_SEM_OPEN", "HAVE_SEM_TIMEDWAIT"] {
            flags.set_str(vm, &vm.intern_str(name), vm.new_int(1));
        }
        set(vm, module, "flags", flags.into_value())
    }
}
