//! The end of an interpreter: threads, exit functions, streams, modules, what is left.
//!
//! CPython 3.11: `Py_FinalizeEx` in `Python/pylifecycle.c`, `finalize_modules`.

use super::interpreter::Phase;
use super::run::{flush_quietly, flush_std_files};
use super::startup_lines;
use crate::context::Vm;
use crate::gc::GcState;
use crate::import::util;
use crate::modules::sys;
use crate::object::weak::PyWeakRef;
use crate::object::{Py, PyRef, Value};
use crate::protocol::{attr, call};
use crate::types::dict::value::PyDict;
use crate::types::list::value::PyList;
use crate::types::module::{self, PyModule};
use crate::types::str::value::PyStr;
use crate::types::weakref;

/// How an interpreter ended.
pub struct End {
    /// Whether the standard streams could be flushed.
    pub flushed: bool,
    /// Whether the modules and all that they hold were left alone, because the process ends and nobody could see anything of it die.
    pub abandoned: bool,
}

/// Ends an interpreter. When the process ends with it, what dies unnoticed is left to the system.
pub fn finish(vm: &Vm, ends_process: bool) -> End {
    wait_for_threads(vm);
    crate::modules::atexit::run(vm);
    let flushed = !flush_std_files(vm);
    vm.state.get::<Phase>().finalizing.set(true);
    vm.state
        .get::<crate::protocol::warn::WarnHook>()
        .ending
        .set(true);
    vm.threads.close(vm.thread.get());
    crate::modules::signal::uninstall(vm);
    let abandoned = ends_process
        && !is_end_noticed(vm)
        && !util::is_verbose(vm, 1)
        && flushed
        && has_first_streams(vm);
    if !abandoned {
        let wanted = || !ends_process || is_end_noticed(vm);
        if wanted() {
            (vm.hooks.collect.get())(vm, 2);
        }
        // From here on nobody is told.
        clear_modules(vm, || {
            if wanted() {
                crate::gc::collect_quietly(vm);
            }
        });
        // What finalisers printed; they have nobody to complain to.
        flush_quietly(vm);
    }
    End { flushed, abandoned }
}

/// Whether anybody could tell that objects die or that garbage is collected.
fn is_end_noticed(vm: &Vm) -> bool {
    let state = vm.state.get::<GcState>();
    let calls_back = state
        .callbacks
        .borrow()
        .as_ref()
        .and_then(Value::downcast_ref::<PyList>)
        .is_some_and(|callbacks| callbacks.len() > 0);
    calls_back || state.debug.get() != 0 || vm.heap.is_death_noticed()
}

/// The streams that write when they die, although they are not counted: every interpreter has them.
const OUTPUTS: [&str; 2] = ["stdout", "stderr"];

/// Notes which objects the standard streams are.
pub fn note_first_streams(vm: &Vm) {
    let streams = OUTPUTS.map(|name| sys::get(vm, name).map_or(0, |stream| stream.bits()));
    vm.state.get::<Phase>().streams.set(streams);
}

/// Whether the standard streams are still those, with all that lies below them, so that they have been flushed.
fn has_first_streams(vm: &Vm) -> bool {
    let first = vm.state.get::<Phase>().streams.get();
    OUTPUTS.iter().zip(first).all(|(name, first)| {
        sys::get(vm, name).is_some_and(|stream| {
            let buffer = vm.intern_str("buffer");
            stream.bits() == first
                && (stream.is_none() || attr::get_opt(vm, &stream, &buffer).is_ok())
        })
    })
}

/// `threading._shutdown()`, when the module was imported.
fn wait_for_threads(vm: &Vm) {
    let Some(modules) = vm.modules.get() else {
        return;
    };
    let Some(threading) = modules.get_str(&vm.intern_str("threading")) else {
        return;
    };
    if let Err(error) = call::call_method(vm, &threading, &vm.intern_str("_shutdown"), &[]) {
        (vm.hooks.unraisable.get())(vm, error, &threading);
    }
}

/// Attributes of `sys` that may keep a program's objects alive.
const SYS_DELETES: [&str; 11] = [
    "path",
    "argv",
    "ps1",
    "ps2",
    "last_type",
    "last_value",
    "last_traceback",
    "path_hooks",
    "path_importer_cache",
    "meta_path",
    "__interactivehook__",
];
/// Attributes of `sys` and where their first values are.
const SYS_RESTORES: [(&str, &str); 3] = [
    ("stdin", "__stdin__"),
    ("stdout", "__stdout__"),
    ("stderr", "__stderr__"),
];

/// Tells of a step, with `-v`.
fn tell(vm: &Vm, line: impl FnOnce() -> String) {
    if util::is_verbose(vm, 1) {
        util::write_stderr(vm, &format!("# {}\n", line()));
    }
}

/// Empties the modules, so that what they hold dies while everything still works (`finalize_modules`).
fn clear_modules(vm: &Vm, collect: impl Fn()) {
    let Some(modules) = vm.modules.get() else {
        return;
    };
    clear_special(vm);
    let left = remove_modules(vm, &modules);
    modules.clear(vm);
    restore_builtins(vm);
    collect();
    // Modules that somebody still holds are emptied, those imported last first.
    for (name, reference) in left.into_iter().rev() {
        let module = reference
            .downcast_ref::<PyWeakRef>()
            .and_then(|reference| reference.get())
            .and_then(|module| module.downcast::<PyModule>().ok());
        let Some(module) = module else {
            continue;
        };
        let dict = module.dict(vm);
        let is_core = [&vm.sys_dict, &vm.builtins]
            .iter()
            .any(|core| core.get().is_some_and(|core| core.is(&dict)));
        if !is_core {
            tell(vm, || format!("cleanup[3] wiping {name}"));
            clear_namespace(vm, &dict);
        }
    }
    let kept = std::mem::take(&mut *vm.state.get::<startup_lines::Kept>().0.borrow_mut());
    kept.iter().take(1).for_each(module::say_farewell);
    for (name, core) in [("sys", &vm.sys_dict), ("builtins", &vm.builtins)] {
        tell(vm, || format!("cleanup[3] wiping {name}"));
        if let Some(core) = core.get() {
            clear_namespace(vm, &core);
        }
    }
    collect();
    // Their functions still hold them.
    kept.iter().for_each(module::say_farewell);
    tell(vm, || String::from("clear sys.audit hooks"));
}

/// Puts back what `builtins` had at first (`finalize_restore_builtins`).
fn restore_builtins(vm: &Vm) {
    let first = vm.state.get::<Phase>().builtins.take();
    if let (Some(builtins), Some(first)) = (vm.builtins.get(), first) {
        let held = builtins.copy(vm);
        builtins.clear(vm);
        for (name, value) in first.items() {
            // The names are text.
            let _ = builtins.set(vm, name, value);
        }
        drop(held);
    }
}

/// Lets go of what programs like to put into `sys` and `builtins`.
fn clear_special(vm: &Vm) {
    tell(vm, || String::from("clear builtins._"));
    if let Some(builtins) = vm.builtins.get() {
        builtins.set_str(vm, &vm.names.underscore, Value::None);
    }
    for name in SYS_DELETES {
        tell(vm, || format!("clear sys.{name}"));
        sys::set(vm, name, Value::None);
    }
    for (name, original) in SYS_RESTORES {
        tell(vm, || format!("restore sys.{name}"));
        let value = sys::get(vm, original).unwrap_or(Value::None);
        sys::set(vm, name, value);
    }
}

/// Takes all modules out of `sys.modules`: those that nobody else holds die here, with their namespaces. Names and weak references of all.
fn remove_modules(vm: &Vm, modules: &Py<PyDict>) -> Vec<(String, Value)> {
    let mut removed = Vec::new();
    for (name, module) in modules.items() {
        if module.downcast_ref::<PyModule>().is_none() {
            continue;
        }
        let shown = match name.downcast_ref::<PyStr>() {
            Some(name) => name.to_string_lossy().into_owned(),
            None => String::new(),
        };
        tell(vm, || format!("cleanup[2] removing {shown}"));
        if let Ok(reference) = weakref::new_ref(vm, &module, None) {
            removed.push((shown, reference));
        }
        let _ = modules.set(vm, name, Value::None);
    }
    removed
}

/// Names with one underscore first, then all but `__builtins__` (`_PyModule_ClearDict`).
fn clear_namespace(vm: &Vm, dict: &PyRef<PyDict>) {
    for pass in 0..2 {
        for (name, value) in dict.items() {
            let Some(text) = name.downcast_ref::<PyStr>() else {
                continue;
            };
            if value.is_none() {
                continue;
            }
            let private =
                text.char_at(0) == Some(u32::from('_')) && text.char_at(1) != Some(u32::from('_'));
            let clear = if pass == 0 {
                private
            } else {
                !text.equals_str("__builtins__")
            };
            if clear {
                if util::is_verbose(vm, 2) {
                    let name = text.to_string_lossy();
                    util::write_stderr(vm, &format!("#   clear[{}] {name}\n", pass + 1));
                }
                dict.set_str(vm, text, Value::None);
            }
        }
    }
}
