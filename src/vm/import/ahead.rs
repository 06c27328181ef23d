//! Compiling many files ahead, on threads, for `compileall -j`.
//!
//! CPython hands the files to other processes. The compiler here needs no interpreter, so threads compile what will be asked for, a little
//! ahead, and `compile()` takes the result when the source it is given is the one that was compiled. Everything else that compileall
//! does (its output above all) is done by its own code, in the interpreter and in order. Errors and warnings are left to `compile()`.
//!
//! CPython 3.11: `ProcessPoolExecutor` in `Lib/compileall.py`.

use super::{loaders, pyc, util, written_code};
use crate::context::{PyResult, Vm};
use crate::types::module::PyModule;
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

/// How many files the threads may be ahead of the interpreter, for each thread.
const WINDOW: usize = 16;

/// Native stack of a thread that compiles.
const STACK: usize = 16 << 20;

/// A file at an optimisation level.
type Key = (Vec<u8>, u8);

/// What became of a job.
enum Outcome {
    /// No thread is done with it.
    Pending,
    /// The source, and a pyc but for the fields of its header.
    Compiled(Vec<u8>, Vec<u8>),
    /// There is a cache already, or the compiler has something to say, or the interpreter has taken the result.
    Nothing,
}

struct Work {
    jobs: Vec<Key>,
    /// The place of each job in the list.
    places: HashMap<Key, usize, ahash::RandomState>,
    levels: usize,
    force: bool,
    no_debug_ranges: bool,
    workers: usize,
    next: AtomicUsize,
    /// The file the interpreter is at.
    reached: AtomicUsize,
    stopped: AtomicBool,
    /// As many as there are jobs.
    outcomes: Mutex<Vec<Outcome>>,
    /// The interpreter went on, or all is over.
    room: Condvar,
    /// A job is done.
    done: Condvar,
}

/// The work under way.
#[derive(Default)]
struct Ahead(RefCell<Option<Arc<Work>>>);

impl Work {
    fn run(&self) {
        loop {
            let place = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = self.jobs.get(place) else {
                return;
            };
            if !self.wait_for_room(place / self.levels.max(1)) {
                return;
            }
            // Whoever waits for this file must get an answer.
            let compiled =
                std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.compile(job)));
            let outcome = compiled.ok().flatten().unwrap_or(Outcome::Nothing);
            if let Some(known) = self.outcomes().get_mut(place) {
                *known = outcome;
            }
            self.done.notify_all();
        }
    }

    fn outcomes(&self) -> MutexGuard<'_, Vec<Outcome>> {
        // Nothing is left half done under this lock.
        self.outcomes
            .lock()
            .unwrap_or_else(|error| error.into_inner())
    }

    /// Waits while the thread is too far ahead; false when the work was stopped.
    fn wait_for_room(&self, file: usize) -> bool {
        let mut outcomes = self.outcomes();
        while !self.stopped.load(Ordering::Relaxed) {
            if file <= self.reached.load(Ordering::Relaxed) + self.workers * WINDOW {
                return true;
            }
            match self.room.wait(outcomes) {
                Ok(guard) => outcomes = guard,
                Err(_) => return false,
            }
        }
        false
    }

    fn compile(&self, (path, level): &Key) -> Option<Outcome> {
        use std::os::unix::ffi::OsStringExt;
        let file = PathBuf::from(std::ffi::OsString::from_vec(path.clone()));
        if !self.force && is_cached(&file, *level) == Some(true) {
            return None;
        }
        let source = std::fs::read(&file).ok()?;
        let options = compiler::CompileOptions {
            filename: path.clone(),
            optimize: *level,
            no_debug_ranges: self.no_debug_ranges,
            ..compiler::CompileOptions::default()
        };
        let pyc = written_code::compile_to_pyc(&source, &options)?;
        Some(Outcome::Compiled(source, pyc))
    }

    /// Tells the threads that the interpreter went on.
    fn change(&self, change: impl FnOnce()) {
        let outcomes = self.outcomes();
        change();
        drop(outcomes);
        self.room.notify_all();
        self.done.notify_all();
    }
}

/// Whether compileall will leave the file alone, as far as can be seen from here.
fn is_cached(file: &std::path::Path, level: u8) -> Option<bool> {
    use std::io::Read;
    use std::os::unix::fs::MetadataExt;
    let metadata = std::fs::metadata(file).ok()?;
    let stem = file.file_stem()?.to_str()?;
    let level = match level {
        0 => String::new(),
        level => format!(".opt-{level}"),
    };
    let cache = file
        .parent()?
        .join("__pycache__")
        .join(format!("{stem}.cpython-311{level}.pyc"));
    let mut start = [0; 12];
    std::fs::File::open(cache)
        .ok()?
        .read_exact(&mut start)
        .ok()?;
    let mtime = metadata.mtime() as u32;
    let wanted = [
        &bytecode::pyc::MAGIC_NUMBER[..],
        &[0; 4],
        &mtime.to_le_bytes(),
    ]
    .concat();
    Some(wanted == start)
}

/// The pyc, without its header, of a source that was compiled ahead. `None`: it was not; `Some(None)`: it was, and is for `compile()`.
pub fn take(vm: &Vm, source: &[u8], path: &[u8], optimize: i32) -> Option<Option<Vec<u8>>> {
    let work = vm.state.find::<Ahead>()?.0.borrow().clone()?;
    let key = (path.to_vec(), pyc::level_of(vm, optimize));
    let place = *work.places.get(&key)?;
    let mut outcomes = work.outcomes();
    loop {
        match std::mem::replace(outcomes.get_mut(place)?, Outcome::Nothing) {
            Outcome::Pending if !work.stopped.load(Ordering::Relaxed) => {
                *outcomes.get_mut(place)? = Outcome::Pending;
                outcomes = work.done.wait(outcomes).ok()?;
            }
            Outcome::Compiled(compiled, pyc) if compiled == source => return Some(Some(pyc)),
            Outcome::Compiled(..) | Outcome::Pending => return None,
            Outcome::Nothing => return Some(None),
        }
    }
}

/// Puts the stand-in of `concurrent.futures.process` into `sys.modules`.
pub fn install_pool(vm: &Vm) -> PyResult<()> {
    let name = vm.intern_str("concurrent.futures.process");
    let modules = util::modules(vm)?;
    if modules.get_str(&name).is_some() {
        return Ok(());
    }
    let module = super::spec::new_module(vm, &name.to_value());
    let path = vm.new_str("<frozen compileall pool>");
    let source = include_str!("pool.py");
    let (code, _) = loaders::compile_source(vm, source.as_bytes(), &path)?;
    if let Some(module) = module.downcast_ref::<PyModule>() {
        loaders::exec_in_namespace(vm, code, module.dict(vm))?;
    }
    modules.set_str(vm, &name, module);
    Ok(())
}

/// The module.
#[derive::pymodule(name = "_compile_ahead")]
pub mod module {
    //! Compiles files ahead of compileall, on threads.
    use super::{Ahead, Outcome, STACK, Work};
    use crate::context::{PyResult, Vm};
    use crate::import::pyc::level_of;
    use crate::import::util::config;
    use crate::object::Value;
    use crate::protocol::fs::path_bytes;
    use crate::protocol::{convert_int, iter};
    use std::sync::atomic::Ordering;
    use std::sync::{Arc, Mutex};

    #[pyfunction(sig = "start($module, files, workers, levels, force, /)")]
    fn start(vm: &Vm, files: &Value, workers: usize, levels: &Value, force: bool) -> PyResult<()> {
        stop(vm);
        let mut wanted = Vec::new();
        for level in iter::to_vec(vm, levels)? {
            wanted.push(level_of(vm, convert_int::to_i32(vm, &level)?));
        }
        let mut jobs = Vec::new();
        for file in iter::to_vec(vm, files)? {
            let path = path_bytes(vm, &file)?;
            jobs.extend(wanted.iter().map(|level| (path.clone(), *level)));
        }
        let workers = workers.clamp(1, 256);
        let places = jobs.iter().cloned().zip(0..).collect();
        let work = Arc::new(Work {
            outcomes: Mutex::new(jobs.iter().map(|_| Outcome::Pending).collect()),
            places,
            jobs,
            levels: wanted.len(),
            force,
            no_debug_ranges: config(vm).no_debug_ranges.get(),
            workers,
            next: Default::default(),
            reached: Default::default(),
            stopped: Default::default(),
            room: Default::default(),
            done: Default::default(),
        });
        let mut started = 0;
        for _ in 0..workers {
            let work = work.clone();
            let thread = std::thread::Builder::new().stack_size(STACK);
            started += usize::from(thread.spawn(move || work.run()).is_ok());
        }
        // Without threads compile() does all the work.
        if started > 0 {
            vm.state.get::<Ahead>().0.replace(Some(work));
        }
        Ok(())
    }

    #[pyfunction(sig = "reached($module, number, /)")]
    fn reached(vm: &Vm, number: usize) {
        if let Some(work) = &*vm.state.get::<Ahead>().0.borrow() {
            work.change(|| work.reached.store(number, Ordering::Relaxed));
        }
    }

    #[pyfunction(sig = "stop($module, /)")]
    fn stop(vm: &Vm) {
        if let Some(work) = vm.state.get::<Ahead>().0.take() {
            work.change(|| work.stopped.store(true, Ordering::Relaxed));
        }
    }
}
