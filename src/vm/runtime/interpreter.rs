//! `Interpreter`: from nothing to a running interpreter, and its end.
//!
//! CPython 3.11: `Python/pylifecycle.c`.

use super::compile;
use super::config::Config;
use super::config::getpath::{self, Paths};
use super::finalize::{self, End};
use super::locale::Locale;
use super::startup_lines;
use crate::context::hash_secret::HashSecret;
use crate::context::host::Host;
use crate::context::{PyResult, Vm};
use crate::import::embedded::Library;
use crate::import::{self, Natives};
use crate::modules::{self, native, sys};
use crate::object::{ModuleDef, PyRef, Value};
use crate::types::boot::{self, Booted};
use crate::types::dict::value::PyDict;
use crate::types::int::value::MaxStrDigits;
use crate::types::module::PyModule;
use std::cell::Cell;
use std::ops::Deref;

/// Where in its life an interpreter is.
#[derive(Default)]
pub struct Phase {
    /// The end has begun (`sys.is_finalizing()`).
    pub finalizing: Cell<bool>,
    /// The program ended by a KeyboardInterrupt that nobody caught.
    pub interrupted: Cell<bool>,
    /// The bits of the standard streams for output that the interpreter started with.
    pub streams: Cell<[u64; 2]>,
    /// What `builtins` has before anybody else puts something there.
    pub builtins: Cell<Option<PyRef<PyDict>>>,
}

/// One interpreter with its builtin modules.
pub struct Interpreter {
    booted: Booted,
    config: Config,
    paths: Paths,
    finished: Cell<bool>,
}

impl Deref for Interpreter {
    type Target = Vm;
    fn deref(&self) -> &Vm {
        &self.booted
    }
}

impl Interpreter {
    /// An interpreter for the calling thread, with `extra` native modules and a library, whose outside is the operating system. The error
    /// says what failed.
    pub fn new(
        config: Config,
        extra: &[&'static ModuleDef],
        library: Option<&'static dyn Library>,
    ) -> Result<Interpreter, String> {
        let host = std::rc::Rc::new(crate::os_host::OsHost);
        Interpreter::with_host(config, extra, library, host)
    }

    /// An interpreter for the calling thread, with `extra` native modules, a library and an outside of its own.
    pub fn with_host(
        config: Config,
        extra: &[&'static ModuleDef],
        library: Option<&'static dyn Library>,
        host: std::rc::Rc<dyn Host>,
    ) -> Result<Interpreter, String> {
        let paths = if host.has_os() {
            getpath::compute(&config)
        } else {
            getpath::embedded()
        };
        let booted = boot::boot_with_thread(hash_secret(&config, &*host));
        booted.host.set(host);
        if let Some(library) = library {
            import::embedded::set_library(&booted, library);
        }
        // The exception lives in the interpreter, which does not outlive a failed start.
        set_up(&booted, &config, &paths, extra).map_err(|error| {
            let text = super::print_exception::render(&booted, &error.to_value());
            text.to_string_lossy().into_owned()
        })?;
        if !startup_lines::are_wanted(&booted) {
            modules::gc_::freeze_startup(&booted);
        }
        finalize::note_first_streams(&booted);
        Ok(Interpreter {
            booted,
            config,
            paths,
            finished: Cell::new(false),
        })
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Where things are.
    pub fn paths(&self) -> &Paths {
        &self.paths
    }

    /// Ends the interpreter and leaves its memory to the end of the process, which is to follow; as `finish`.
    pub fn finish_with_process(self) -> bool {
        let end = self.end(true);
        if !end.abandoned {
            // What modules and their state hold dies as it should; only the types and the heap stay.
            self.booted.state.clear();
            for field in [&self.modules, &self.builtins, &self.sys_dict] {
                field.set(None);
            }
            self.booted.state.clear();
        }
        std::mem::forget(self);
        end.flushed
    }

    /// Whether the program ended by a KeyboardInterrupt that nobody caught: then the process should die of SIGINT.
    pub fn was_interrupted(&self) -> bool {
        self.state.get::<Phase>().interrupted.get()
    }

    /// Ends the interpreter (`Py_FinalizeEx`); false when the standard streams could not be flushed.
    pub fn finish(&self) -> bool {
        self.end(false).flushed
    }

    fn end(&self, ends_process: bool) -> End {
        if self.finished.replace(true) {
            return End {
                flushed: true,
                abandoned: false,
            };
        }
        finalize::finish(self, ends_process)
    }
}

impl Drop for Interpreter {
    fn drop(&mut self) {
        self.finish();
    }
}

fn hash_secret(config: &Config, host: &dyn Host) -> HashSecret {
    let secret = if config.use_hash_seed {
        base::hash::HashSecret::from_seed(config.hash_seed)
    } else {
        let mut bytes = [0_u8; 16];
        if host.random(&mut bytes).is_err() {
            base::hash::lcg_urandom(std::process::id(), &mut bytes);
        }
        base::hash::HashSecret::from_bytes(bytes)
    };
    HashSecret::new(secret.k0, secret.k1)
}

/// Makes the modules that everything needs, and hands the configuration on.
fn set_up(vm: &Vm, config: &Config, paths: &Paths, extra: &[&'static ModuleDef]) -> PyResult<()> {
    crate::interp::eval::install(vm);
    crate::gc::install(vm);
    crate::types::generic_alias::install(vm);
    compile::install(vm);
    super::unraisable::install(vm);
    modules::warnings::install(vm);
    apply(vm, config, paths);
    startup_lines::begin(vm);
    native::register(vm, modules::MODULES);
    let own = [
        &super::testinternalcapi::module::DEF,
        &super::tokenize::module::DEF,
    ];
    native::register(vm, &own);
    native::register(vm, extra);
    vm.modules.set(Some(PyDict::new(vm)));
    make_module(vm, &sys::module::DEF, |dict| vm.sys_dict.set(Some(dict)))?;
    make_module(vm, &modules::builtins::module::DEF, |dict| {
        vm.builtins.set(Some(dict))
    })?;
    sys::set(
        vm,
        "modules",
        vm.modules.get().map_or(Value::None, PyRef::into_value),
    );
    sys::config::update(vm, config, paths);
    if let Some(builtins) = vm.builtins.get() {
        builtins.set_str(
            vm,
            &vm.names.__debug__,
            Value::bool(config.optimization_level == 0),
        );
        vm.state
            .get::<Phase>()
            .builtins
            .set(Some(builtins.copy(vm)));
    }
    let natives = Natives {
        find: native::find,
        create: native::create,
        execute: native::execute,
    };
    import::install(vm, natives)?;
    let locale = if vm.host().has_os() {
        Locale::of(&config.environ)
    } else {
        Locale::utf8()
    };
    startup_lines::import_first(vm, &locale)?;
    if vm.host().has_os() {
        modules::signal::install(vm)?;
    }
    startup_lines::import_rest(vm);
    super::stdio::add_streams(vm, config, &locale)
}

/// Hands the configuration to the parts it concerns.
fn apply(vm: &Vm, config: &Config, paths: &Paths) {
    let imports = import::util::config(vm);
    imports.verbose.set(config.verbose);
    imports.import_time.set(config.import_time);
    imports
        .strict_freshness
        .set(config.xoption("pyc_freshness") == Some(Some(b"strict")));
    imports.repair.set(config.xoption("pyc_repair").is_some());
    imports.verify.set(config.xoption("pyc_verify").is_some());
    imports.frozen_modules.set(
        config
            .xoption("frozen_modules")
            .map(|value| value != Some(b"off")),
    );
    imports.optimize.set(config.optimization_level);
    imports.no_debug_ranges.set(!config.code_debug_ranges);
    imports
        .check_hash_based_pycs
        .replace(config.check_hash_pycs_mode.clone());
    imports.stdlib_dir.replace(paths.stdlib_dir.clone());
    let settings = vm.state.get::<compile::CompileSettings>();
    settings
        .optimize
        .set(config.optimization_level.clamp(0, 2) as u8);
    settings.no_debug_ranges.set(!config.code_debug_ranges);
    let no_columns = vm.state.get::<crate::types::code::NoColumns>();
    no_columns.0.set(!config.code_debug_ranges);
    if let Ok(limit) = usize::try_from(config.int_max_str_digits) {
        vm.state.get::<MaxStrDigits>().0.set(limit);
    }
    vm.state
        .get::<crate::types::str::codec::ChecksNames>()
        .0
        .set(config.dev_mode);
    let bytes_warnings = vm.state.get::<crate::protocol::warn::BytesWarnings>();
    bytes_warnings.0.set(config.bytes_warning);
    if std::env::var_os("PYRS_NO_SPECIALIZE").is_some() {
        vm.specialise.set(false);
    }
}

/// Makes one of the two modules that everything needs.
fn make_module(vm: &Vm, def: &'static ModuleDef, keep: impl FnOnce(PyRef<PyDict>)) -> PyResult<()> {
    let module: PyRef<PyModule> = native::create(vm, def);
    keep(module.dict(vm));
    let module = module.into_value();
    native::execute(vm, &module)?;
    if let Some(modules) = vm.modules.get() {
        modules.set_str(vm, &vm.intern_str(def.name), module);
    }
    Ok(())
}
