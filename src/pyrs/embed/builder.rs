//! Making an interpreter: its limits, its outside, its hash seed.

use super::error::{Error, ErrorKind, Result};
use super::interpreter::Interpreter;
use super::sandbox::Sandbox;
use std::rc::Rc;
use std::time::Duration;
use vm::context::host::Host;
use vm::runtime::config::Config;

/// What one run (`exec`, `eval`, `call`) may use up. Without a value there is no limit.
///
/// A limit that is hit ends the run: no `except`, `finally` or `with` of the script sees it. Fuel, deadline and recursion are given anew
/// to each run; memory is what the interpreter's objects take together.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    pub(super) fuel: Option<u64>,
    pub(super) memory: Option<usize>,
    pub(super) recursion: Option<i32>,
    pub(super) deadline: Option<Duration>,
}

impl Limits {
    /// No limits.
    pub fn new() -> Limits {
        Limits::default()
    }

    /// So many calls, turns of loops and items of native loops; the same count on every machine.
    pub fn fuel(mut self, units: u64) -> Limits {
        self.fuel = Some(units);
        self
    }

    /// Bytes that the interpreter's objects may take. An interpreter needs about 2 MB to begin with.
    pub fn memory(mut self, bytes: usize) -> Limits {
        self.memory = Some(bytes);
        self
    }

    /// Nested calls before `RecursionError`, 1000 by default.
    pub fn recursion(mut self, depth: u32) -> Limits {
        self.recursion = Some(i32::try_from(depth).unwrap_or(i32::MAX));
        self
    }

    /// Time by the clock on the wall.
    pub fn deadline(mut self, time: Duration) -> Limits {
        self.deadline = Some(time);
        self
    }
}

/// Collects what an interpreter is made with.
pub struct Builder {
    limits: Limits,
    host: Option<Rc<dyn Host>>,
    config: Config,
}

impl Builder {
    pub(super) fn new() -> Builder {
        let config = Config {
            isolated: true,
            use_environment: false,
            user_site_directory: false,
            safe_path: true,
            site_import: false,
            write_bytecode: false,
            ..Config::default()
        };
        Builder {
            limits: Limits::new(),
            host: None,
            config,
        }
    }

    /// What each run may use up.
    pub fn limits(mut self, limits: Limits) -> Builder {
        self.limits = limits;
        self
    }

    /// The outside: a [`Sandbox`], or a host of your own.
    pub fn host(mut self, host: impl Host + 'static) -> Builder {
        self.host = Some(Rc::new(host));
        self
    }

    /// The operating system as the outside: files, environment, processes, everything that a `python3.11` may do.
    pub fn host_os(self) -> Builder {
        self.host(vm::os_host::OsHost)
    }

    /// A fixed secret for the hashes of str and bytes (`PYTHONHASHSEED`), so that sets print in the same order each time.
    pub fn hash_seed(mut self, seed: u32) -> Builder {
        (self.config.use_hash_seed, self.config.hash_seed) = (true, seed);
        self
    }

    /// `sys.argv`
    pub fn argv(mut self, argv: impl IntoIterator<Item = impl Into<String>>) -> Builder {
        self.config.argv = argv
            .into_iter()
            .map(|argument| argument.into().into_bytes())
            .collect();
        self
    }

    /// `-O`: without `assert`, at 2 without docstrings.
    pub fn optimize(mut self, level: u8) -> Builder {
        self.config.optimization_level = i32::from(level.min(2));
        self
    }

    /// Makes the interpreter, for the calling thread.
    ///
    /// # Errors
    /// `ErrorKind::Internal` when the interpreter cannot start.
    pub fn build(self) -> Result<Interpreter> {
        let host = self.host.unwrap_or_else(|| Rc::new(Sandbox::new()));
        let started = vm::runtime::interpreter::Interpreter::with_host(
            self.config,
            stdlib::MODULES,
            Some(stdlib::embedded::library()),
            host,
        );
        let inner = started.map_err(|text| Error::new(ErrorKind::Internal, text))?;
        if let Some(bytes) = self.limits.memory {
            inner.heap.set_limit(bytes);
        }
        if let Some(depth) = self.limits.recursion {
            let _ = vm::modules::sys::limits::set_recursion_limit(&inner, depth);
        }
        Ok(Interpreter::new(inner, self.limits))
    }
}
