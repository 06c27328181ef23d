//! The module `_frozen_importlib`.
//!
//! CPython 3.11: `Lib/importlib/_bootstrap.py`.

/// The module.
#[derive::pymodule(
    name = "_frozen_importlib",
    types(
        super::super::spec::ModuleSpec,
        super::super::builtin::BuiltinImporter,
        super::super::frozen::FrozenImporter
    )
)]
pub mod module {
    //! Core implementation of import.
    //!
    //! This module is NOT meant to be directly imported! It has been designed such
    //! that it can be bootstrapped into Python as the implementation of import. As
    //! such it requires the injection of specific modules and attributes in order to
    //! work. One should use importlib as the public-facing version of this module.
    use crate::context::{PyResult, Vm};
    use crate::import::util::{self, get, set, text};
    use crate::import::{frames, import_name, lock, spec};
    use crate::object::Value;

    #[pyfunction(sig = "module_from_spec($module, spec)", family = "def")]
    fn module_from_spec(vm: &Vm, spec: &Value) -> PyResult<Value> {
        spec::module_from_spec(vm, spec)
    }

    #[pyfunction(
        sig = "spec_from_loader($module, name, loader, *, origin=None, is_package=None)",
        family = "def"
    )]
    fn spec_from_loader(
        vm: &Vm,
        name: &Value,
        loader: &Value,
        origin: &Value,
        is_package: &Value,
    ) -> PyResult<Value> {
        spec::spec_from_loader(vm, name, loader, origin, is_package)
    }

    #[pyfunction(
        sig = "_init_module_attrs($module, spec, module, *, override=False)",
        family = "def"
    )]
    fn _init_module_attrs(
        vm: &Vm,
        spec: &Value,
        module: &Value,
        r#override: bool,
    ) -> PyResult<Value> {
        spec::init_module_attrs(vm, spec, module, r#override)?;
        Ok(module.clone())
    }

    #[pyfunction(sig = "_module_repr($module, m)", family = "def")]
    fn _module_repr(vm: &Vm, m: &Value) -> PyResult<String> {
        spec::module_repr(vm, m)
    }

    #[pyfunction(sig = "_exec($module, spec, module)", family = "def")]
    fn _exec(vm: &Vm, spec: &Value, module: &Value) -> PyResult<Value> {
        spec::exec(vm, spec, module)
    }

    /// Return a new module object, loaded by the spec's loader.
    #[pyfunction(sig = "_load($module, spec)", family = "def")]
    fn _load(vm: &Vm, spec: &Value) -> PyResult<Value> {
        let _guard = lock::acquire(vm, &get(vm, spec, "name")?)?;
        spec::load_unlocked(vm, spec)
    }

    #[pyfunction(sig = "_load_unlocked($module, spec)", family = "def")]
    fn _load_unlocked(vm: &Vm, spec: &Value) -> PyResult<Value> {
        spec::load_unlocked(vm, spec)
    }

    #[pyfunction(sig = "_find_spec($module, name, path, target=None)", family = "def")]
    fn _find_spec(vm: &Vm, name: &Value, path: &Value, target: &Value) -> PyResult<Value> {
        import_name::find_spec(vm, name, path, target)
    }

    /// Find and load the module.
    #[pyfunction(sig = "_find_and_load($module, name, import_)", family = "def")]
    fn _find_and_load(vm: &Vm, name: &Value, import_: &Value) -> PyResult<Value> {
        let _ = import_;
        frames::as_statement(vm, false, || import_name::find_and_load(vm, name))
    }

    /// Import and return the module based on its name, the package the call is
    /// being made from, and the level adjustment.
    #[pyfunction(
        sig = "_gcd_import($module, name, package=None, level=0)",
        family = "def"
    )]
    fn _gcd_import(vm: &Vm, name: &Value, package: &Value, level: i32) -> PyResult<Value> {
        sanity_check(vm, name, package, level)?;
        let name = if level == 0 {
            name.clone()
        } else {
            resolve(vm, name, package, level)?
        };
        frames::as_statement(vm, false, || {
            let module = import_name::gcd_import(vm, &name);
            frames::leave(vm, &frames::GCD_IMPORT, module)
        })
    }

    fn sanity_check(vm: &Vm, name: &Value, package: &Value, level: i32) -> PyResult<()> {
        use crate::types::str::value::PyStr;
        if name.downcast_ref::<PyStr>().is_none() {
            return Err(vm.type_error(format!(
                "module name must be str, not {}",
                crate::protocol::repr::str_text(vm, &name.class(vm).as_value())?
            )));
        }
        if level < 0 {
            return Err(vm.value_error("level must be >= 0"));
        }
        if level > 0 {
            match package.downcast_ref::<PyStr>() {
                None => return Err(vm.type_error("__package__ not set to a string")),
                Some(package) if package.len() == 0 => {
                    return Err(
                        vm.import_error("attempted relative import with no known parent package")
                    );
                }
                Some(_) => {}
            }
        } else if text(name).is_empty() {
            return Err(vm.value_error("Empty module name"));
        }
        Ok(())
    }

    fn resolve(vm: &Vm, name: &Value, package: &Value, level: i32) -> PyResult<Value> {
        let (name, package) = (text(name), text(package));
        let mut base = package.as_str();
        for _ in 1..level {
            match base.rfind('.') {
                Some(dot) => base = &base[..dot],
                None => {
                    return Err(
                        vm.import_error("attempted relative import beyond top-level package")
                    );
                }
            }
        }
        Ok(vm.new_str(&if name.is_empty() {
            base.to_string()
        } else {
            format!("{base}.{name}")
        }))
    }

    /// Resolve a relative module name to an absolute one.
    #[pyfunction(sig = "_resolve_name($module, name, package, level)", family = "def")]
    fn _resolve_name(vm: &Vm, name: &Value, package: &Value, level: i32) -> PyResult<Value> {
        resolve(vm, name, package, level)
    }

    /// Verify arguments are "sane".
    #[pyfunction(sig = "_sanity_check($module, name, package, level)", family = "def")]
    fn _sanity_check(vm: &Vm, name: &Value, package: &Value, level: i32) -> PyResult<()> {
        sanity_check(vm, name, package, level)
    }

    /// Figure out what __import__ should return.
    #[pyfunction(
        sig = "_handle_fromlist($module, module, fromlist, import_, *, recursive=False)",
        family = "def"
    )]
    fn _handle_fromlist(
        vm: &Vm,
        module: &Value,
        fromlist: &Value,
        import_: &Value,
        recursive: bool,
    ) -> PyResult<Value> {
        let _ = recursive;
        import_name::handle_fromlist(vm, module, fromlist, Some(import_))
    }

    /// Import a module.
    #[pyfunction(
        sig = "__import__($module, name, globals=None, locals=None, fromlist=(), level=0)",
        family = "def"
    )]
    fn __import__(
        vm: &Vm,
        name: &Value,
        globals: &Value,
        locals: &Value,
        fromlist: Option<&Value>,
        level: i32,
    ) -> PyResult<Value> {
        if level == 0 {
            sanity_check(vm, name, &Value::None, 0)?;
        }
        let fromlist = fromlist.cloned().unwrap_or(Value::None);
        import_name::import_name(vm, name, globals, locals, &fromlist, level)
    }

    /// Remove_importlib_frames in import.c will always remove sequences of
    /// importlib frames that end with a call to this function.
    #[pyfunction(sig = "_call_with_frames_removed($module, f, /, *args, **kwds)")]
    fn _call_with_frames_removed(
        vm: &Vm,
        f: &Value,
        args: crate::object::Args<'_>,
    ) -> PyResult<Value> {
        crate::protocol::call::call(vm, f, args)
    }

    /// Print the message to stderr if -v/PYTHONVERBOSE is turned on.
    #[pyfunction]
    fn _verbose_message(vm: &Vm, args: crate::object::Args<'_>) -> PyResult<()> {
        let Some((message, rest)) = args.positional().split_first() else {
            return Err(vm.type_error(
                "_verbose_message() missing 1 required positional argument: 'message'",
            ));
        };
        let mut level = 1;
        for (name, value) in args.keywords() {
            if text(name) == "verbosity" {
                level = value.as_small_int().unwrap_or(1) as i32;
            }
        }
        if util::is_verbose(vm, level) {
            let line = util::call_method(vm, message, "format", rest)?;
            util::verbose(vm, level, || text(&line));
        }
        Ok(())
    }

    #[pyfunction(sig = "_new_module($module, name)", family = "def")]
    fn _new_module(vm: &Vm, name: &Value) -> Value {
        spec::new_module(vm, name)
    }

    /// Load the specified module into sys.modules and return it.
    #[pyfunction(sig = "_load_module_shim($module, self, fullname)", family = "def")]
    fn _load_module_shim(vm: &Vm, zelf: &Value, fullname: &Value) -> PyResult<Value> {
        crate::import::loaders::load_module_shim(vm, zelf, fullname)
    }

    #[pyfunction(sig = "_lock_unlock_module($module, name)", family = "def")]
    fn _lock_unlock_module(vm: &Vm, name: &Value) -> PyResult<()> {
        lock::wait_for(vm, name)
    }

    /// Simple substitute for functools.update_wrapper.
    #[pyfunction(sig = "_wrap($module, new, old)", family = "def")]
    fn _wrap(vm: &Vm, new: &Value, old: &Value) -> PyResult<()> {
        for name in ["__module__", "__name__", "__qualname__", "__doc__"] {
            if let Some(value) = util::get_opt(vm, old, name)? {
                set(vm, new, name, value)?;
            }
        }
        Ok(())
    }

    #[pyfunction(sig = "_builtin_from_name($module, name)", family = "def")]
    fn _builtin_from_name(vm: &Vm, name: &Value) -> PyResult<Value> {
        let name = text(name);
        if !crate::import::builtin::is_builtin(vm, &name)? {
            return Err(vm.import_error(format!("no built-in module named {name}")));
        }
        import_name::import_module(vm, &name)
    }

    #[pyfunction(sig = "__getattr__($module, name)", family = "def")]
    fn __getattr__(vm: &Vm, name: &Value) -> PyResult<Value> {
        crate::import::rest::attribute(vm, "_frozen_importlib", name)
    }

    #[pyattr]
    const _ERR_MSG_PREFIX: &str = "No module named ";

    #[pyattr]
    const _ERR_MSG: &str = "No module named {!r}";
}
