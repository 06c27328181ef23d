//! `Interpreter`: running source, calling functions, host functions.

use super::builder::{Builder, Limits};
use super::convert::{FromPython, IntoArgs, IntoPython};
use super::error::{Error, ErrorKind, Result};
use super::function;
use super::object::Object;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Instant;
use vm::context::limits;
use vm::context::{PyResult, Vm};
use vm::object::{Args, Value};
use vm::protocol::call;
use vm::runtime::run;

/// One Python. Not `Send`: it belongs to the thread that made it; other threads make interpreters of their own.
pub struct Interpreter {
    shared: Rc<Shared>,
}

/// What an interpreter and the objects taken from it share.
pub(super) struct Shared {
    inner: vm::runtime::interpreter::Interpreter,
    limits: Limits,
    depth: std::cell::Cell<u32>,
}

/// Stops an interpreter from any thread.
#[derive(Clone)]
pub struct InterruptHandle(limits::InterruptHandle);

impl InterruptHandle {
    /// Ends what the interpreter runs with [`ErrorKind::Interrupted`]. When nothing runs, it has no effect.
    pub fn interrupt(&self) {
        self.0.interrupt();
    }
}

impl Interpreter {
    /// Collects what an interpreter is made with.
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(super) fn new(inner: vm::runtime::interpreter::Interpreter, limits: Limits) -> Interpreter {
        run::main_dict(&inner);
        Interpreter {
            shared: Rc::new(Shared {
                inner,
                limits,
                depth: std::cell::Cell::new(0),
            }),
        }
    }

    /// Runs statements in `__main__`; `filename` is what tracebacks show.
    ///
    /// # Errors
    /// What the source raises, `SyntaxError` included, or the limit it hit.
    pub fn exec(&mut self, source: &str, filename: &str) -> Result<()> {
        self.source(source, filename, "exec").map(drop)
    }

    /// The value of an expression, evaluated in `__main__`.
    ///
    /// # Errors
    /// As `exec`.
    pub fn eval(&mut self, source: &str) -> Result<Object> {
        self.source(source, "<eval>", "eval")
    }

    /// The value of an expression as a Rust value.
    ///
    /// # Errors
    /// As `eval` and [`Object::extract`].
    pub fn eval_as<T: FromPython>(&mut self, source: &str) -> Result<T> {
        self.eval(source)?.extract()
    }

    fn source(&mut self, source: &str, filename: &str, mode: &str) -> Result<Object> {
        self.shared.enter(|vm| {
            let filename = vm.new_str(filename);
            run::run_source(vm, source.as_bytes(), true, &filename, mode)
        })
    }

    /// A name of `__main__`.
    ///
    /// # Errors
    /// `NameError` when there is none.
    pub fn get(&self, name: &str) -> Result<Object> {
        let vm = self.shared.vm();
        match run::main_dict(vm).get_str(&vm.intern_str(name)) {
            Some(value) => Ok(Object::new(&self.shared, value)),
            None => {
                let error = vm.name_error(format!("name '{name}' is not defined"));
                Err(Error::from_exception(vm, &error))
            }
        }
    }

    /// Binds a name of `__main__`.
    ///
    /// # Errors
    /// When the value cannot be made into an object.
    pub fn set(&mut self, name: &str, value: impl IntoPython) -> Result<()> {
        self.shared.run(|vm| {
            let value = value.into_python(vm)?;
            run::main_dict(vm).set_str(vm, &vm.intern_str(name), value);
            Ok(())
        })
    }

    /// Calls an object with positional arguments: `()`, `(a,)`, `(a, b)`, …
    ///
    /// # Errors
    /// What the call raises, or the limit it hit.
    pub fn call(&mut self, callable: &Object, args: impl IntoArgs) -> Result<Object> {
        self.shared.enter(|vm| {
            let callable = callable.value_in(vm)?;
            let args = args.into_args(vm)?;
            call::call(vm, &callable, Args::positional_only(&args))
        })
    }

    /// A module, imported when it was not yet.
    ///
    /// # Errors
    /// What the import raises.
    pub fn import(&mut self, name: &str) -> Result<Object> {
        self.shared.enter(|vm| {
            let name = vm.intern_str(name).into_value();
            let from = vm.new_tuple(vec![vm.new_str("*")]);
            (vm.hooks.import_name.get())(vm, &name, &Value::None, &Value::None, &from, 0)
        })
    }

    /// Makes a Rust function a builtin of every module of this interpreter. Its arguments are a tuple: `|(a, b): (i64, String)| …`.
    /// An `Err` becomes an exception of the script; a panic ends the run with [`ErrorKind::Internal`].
    pub fn add_function<A, R, F>(&mut self, name: &str, function: F)
    where
        A: function::FromArgs,
        R: IntoPython,
        F: Fn(A) -> Result<R> + 'static,
    {
        let vm = self.shared.vm();
        let shared = Rc::downgrade(&self.shared);
        let object = function::new(vm, name, move |vm, args| {
            let Some(shared) = shared.upgrade() else {
                return Err(vm.runtime_error("the interpreter has ended"));
            };
            let args: Vec<Object> = args
                .iter()
                .map(|value| Object::new(&shared, value.clone()))
                .collect();
            let args = A::from_args(&args).map_err(|error| error.raise(vm))?;
            let result = function(args).map_err(|error| error.raise(vm))?;
            result.into_python(vm)
        });
        if let Some(builtins) = vm.builtins.get() {
            builtins.set_str(vm, &vm.intern_str(name), object);
        }
    }

    /// What stops this interpreter from another thread.
    pub fn interrupt_handle(&self) -> InterruptHandle {
        InterruptHandle(self.shared.vm().interrupt_handle())
    }

    /// Bytes that the interpreter's objects take.
    pub fn memory_used(&self) -> usize {
        self.shared.vm().heap.used()
    }

    /// Fuel left over from the last run; `None` without a limit.
    pub fn fuel_left(&self) -> Option<u64> {
        self.shared.vm().limits.fuel()
    }
}

impl Shared {
    pub(super) fn vm(&self) -> &Vm {
        &self.inner
    }

    /// As `run`, for what gives an object.
    pub(super) fn enter(
        self: &Rc<Shared>,
        f: impl FnOnce(&Vm) -> PyResult<Value>,
    ) -> Result<Object> {
        self.run(f).map(|value| Object::new(self, value))
    }

    /// One run: limits are set, panics are contained, exceptions become errors. Runs inside a run share its limits.
    pub(super) fn run<T>(&self, f: impl FnOnce(&Vm) -> PyResult<T>) -> Result<T> {
        let vm = self.vm();
        if self.depth.get() > 0 {
            return f(vm).map_err(|error| Error::from_exception(vm, &error));
        }
        vm.reset_limits();
        vm.set_fuel(self.limits.fuel);
        let watchdog = self
            .limits
            .deadline
            .map(|time| Watchdog::start(vm.interrupt_handle(), Instant::now() + time));
        self.depth.set(1);
        let result = catch_unwind(AssertUnwindSafe(|| f(vm)));
        self.depth.set(0);
        drop(watchdog);
        let result = match result {
            Ok(Ok(value)) if !vm.limits.is_hit() => Ok(value),
            Ok(Ok(_)) => Err(Error::from_exception(vm, &vm.runtime_error(""))),
            Ok(Err(error)) => Err(Error::from_exception(vm, &error)),
            Err(panic) => {
                let text = panic
                    .downcast_ref::<&str>()
                    .map(|text| (*text).to_owned())
                    .or_else(|| panic.downcast_ref::<String>().cloned())
                    .unwrap_or_else(|| String::from("a panic"));
                Err(Error::new(ErrorKind::Internal, text))
            }
        };
        vm.reset_limits();
        result
    }
}

/// A thread that waits for a deadline, or until it is told that the run is over.
struct Watchdog {
    over: Arc<(Mutex<bool>, Condvar)>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Watchdog {
    fn start(handle: limits::InterruptHandle, deadline: Instant) -> Watchdog {
        let over = Arc::new((Mutex::new(false), Condvar::new()));
        let waited_for = over.clone();
        let wait = move || {
            let (over, changed) = &*waited_for;
            let Ok(mut is_over) = over.lock() else { return };
            while !*is_over {
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    handle.deadline_passed();
                    return;
                }
                match changed.wait_timeout(is_over, left) {
                    Ok((guard, _)) => is_over = guard,
                    Err(_) => return,
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name(String::from("pyrs-deadline"))
            .spawn(wait)
            .ok();
        Watchdog { over, thread }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        let (over, changed) = &*self.over;
        if let Ok(mut over) = over.lock() {
            *over = true;
        }
        changed.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
