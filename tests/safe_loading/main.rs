//! Arbitrary bytes as a pyc give CPython's result or an exception: no crash, no hang, no memory out of proportion.
//!
//! Streams of real programs are damaged: bytes flipped, cut, inserted, doubled, type codes and lengths replaced, and code objects taken
//! apart, changed in their fields and instructions and written again. What loads and passes the verifier is run, with little fuel.
//!
//! `cargo test` does some thousands; `PYRS_MUTATIONS=1000000 cargo test --release --test safe_loading` as many as wanted, and
//! `PYRS_MUTATION_SEED` starts somewhere else. A mutation that takes more than a second of processor time ends the process with its number.

mod mutate;
mod programs;

use mutate::Random;
use pyrs::{Interpreter, Limits, Sandbox};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A mutation must not take more processor time; a debug build is given more.
const HANG: Duration = Duration::from_secs(if cfg!(debug_assertions) { 5 } else { 1 });

/// Interpreters are thrown away after so many runs: what ran may have changed them.
const RUNS_MAX: u64 = 500;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

/// The most memory this process has had, in bytes.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1))
        .and_then(|kib| kib.parse::<u64>().ok())
        .map_or(0, |kib| kib << 10)
}

/// The processor time of this process, which other processes on the machine cannot stretch.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program, in parentheses, may have spaces; behind it come the state and then numbers.
    let numbers = stat.rsplit(')').next().unwrap_or_default();
    let ticks = |place: usize| {
        let number = numbers.split_whitespace().nth(place);
        number.and_then(|n| n.parse::<u64>().ok()).unwrap_or(0)
    };
    // A hundred ticks a second, on every Linux.
    Duration::from_millis(10 * (ticks(11) + ticks(12)))
}

/// Ends the process when the counter stands still.
fn watch(current: Arc<AtomicU64>) {
    std::thread::spawn(move || {
        let mut last = (u64::MAX, processor_time());
        loop {
            std::thread::sleep(Duration::from_millis(250));
            let now = current.load(Ordering::Relaxed);
            if now != last.0 {
                last = (now, processor_time());
            } else if now != 0 && processor_time().saturating_sub(last.1) > HANG {
                eprintln!("mutation {now} hangs");
                std::process::abort();
            }
        }
    });
}

/// Counts panics, which the interpreter's interface turns into errors, and tells the mutation of each.
fn count_panics(current: Arc<AtomicU64>) -> Arc<AtomicU64> {
    let panics = Arc::new(AtomicU64::new(0));
    let counter = panics.clone();
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        counter.fetch_add(1, Ordering::Relaxed);
        eprintln!("mutation {}: {info}", current.load(Ordering::Relaxed));
        usual(info);
    }));
    panics
}

fn interpreter() -> Interpreter {
    let mut python = Interpreter::builder()
        .limits(
            Limits::new()
                .fuel(20_000)
                .memory(48 << 20)
                .deadline(Duration::from_secs(2)),
        )
        .host(Sandbox::new())
        .build()
        .expect("an interpreter");
    let runner = "\
import marshal
def run(data):
    code = marshal.loads(data)
    if type(code) is type(run.__code__) and not code.co_freevars:
        exec(code, {'__name__': 'mutated'})
";
    python
        .exec(runner, "runner.py")
        .expect("the runner compiles");
    python
}

/// Mutations that once did harm: a loop on JUMP_BACKWARD_NO_INTERRUPT alone, which no limit ended.
const FOUND: &[u64] = &[10_259];

#[test]
fn damaged_streams_are_refused_or_run() {
    let count = setting("PYRS_MUTATIONS", 4_000);
    let seed = setting("PYRS_MUTATION_SEED", 1);
    let current = Arc::new(AtomicU64::new(0));
    watch(current.clone());
    let panics = count_panics(current.clone());
    let bases = programs::streams();
    let largest = bases.iter().map(Vec::len).max().unwrap_or(0) as u64;
    let mut python = interpreter();
    let before = peak_memory();
    let mut runs = 0;
    let (mut loaded, mut verified) = (0_u64, 0_u64);
    for number in FOUND.iter().copied().chain(seed..seed + count) {
        current.store(number, Ordering::Relaxed);
        let mut random = Random::new(number);
        let data = mutate::mutate(&mut random, &bases);
        let code = match bytecode::marshal::loads_code(&data) {
            Ok(Some(code)) => code,
            Ok(None) | Err(_) => {
                // The reader of live values has a say of its own.
                drop(bytecode::marshal::loads_constant(&data));
                if number % 8 == 0 {
                    attempt(&mut python, &data);
                    runs += 1;
                }
                continue;
            }
        };
        loaded += 1;
        if bytecode::verify::verify(&code).is_ok() {
            verified += 1;
            attempt(&mut python, &data);
            runs += 1;
        }
        if runs >= RUNS_MAX {
            runs = 0;
            python = interpreter();
        }
    }
    current.store(0, Ordering::Relaxed);
    let grown = peak_memory().saturating_sub(before);
    eprintln!(
        "{count} mutations: {loaded} loaded, {verified} verified and run, {grown} bytes more at the peak"
    );
    assert_eq!(
        panics.load(Ordering::Relaxed),
        0,
        "panics, each with its number above"
    );
    assert!(loaded > count / 50, "too few mutations load: {loaded}");
    assert!(
        verified > count / 200,
        "too few mutations are run: {verified}"
    );
    // The limit of the interpreter's own memory comes on top.
    let allowed = (64 << 20) + 10 * largest + (48 << 20);
    assert!(grown < allowed, "{grown} bytes more at the peak");
}

/// Runs a stream; whatever Python raises is fine.
fn attempt(python: &mut Interpreter, data: &[u8]) {
    let Ok(run) = python.get("run") else {
        *python = interpreter();
        return;
    };
    drop(python.call(&run, (data,)));
}
