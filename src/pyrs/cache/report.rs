//! `verify`, `stats`, `clean`.

use super::files::Wanted;
use super::judge::{Depth, State, Verdict};
use super::{Options, files, json_text, print};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Judges files on all processors; the verdicts in the order of the files.
fn judge_all(paths: &[PathBuf], depth: Depth, options: &Options) -> Vec<Verdict> {
    let judge = options.judge(depth);
    let next = AtomicUsize::new(0);
    let verdicts: Mutex<Vec<(usize, Verdict)>> = Mutex::new(Vec::with_capacity(paths.len()));
    std::thread::scope(|scope| {
        for _ in 0..super::compile::threads(options.jobs).min(paths.len().max(1)) {
            scope.spawn(|| {
                while let Some(index) = take(&next, paths.len()) {
                    let verdict = judge.judge(&paths[index], None);
                    if let Ok(mut verdicts) = verdicts.lock() {
                        verdicts.push((index, verdict));
                    }
                }
            });
        }
    });
    let mut verdicts = verdicts.into_inner().unwrap_or_default();
    verdicts.sort_by_key(|(index, _)| *index);
    verdicts.into_iter().map(|(_, verdict)| verdict).collect()
}

/// The next number below `end`.
pub fn take(next: &AtomicUsize, end: usize) -> Option<usize> {
    Some(next.fetch_add(1, Ordering::Relaxed)).filter(|index| *index < end)
}

fn as_json(verdict: &Verdict) -> String {
    let source = match &verdict.source {
        Some(source) => json_text(&source.to_string_lossy()),
        None => String::from("null"),
    };
    format!(
        "{{\"path\": {}, \"source\": {source}, \"state\": {}, \"reason\": {}, \"size\": {}}}",
        json_text(&verdict.path.to_string_lossy()),
        json_text(verdict.state.name()),
        json_text(&verdict.reason),
        verdict.size
    )
}

fn count(verdicts: &[Verdict], state: State) -> usize {
    verdicts
        .iter()
        .filter(|verdict| verdict.state == state)
        .count()
}

/// `12 fresh, 1 stale`
fn summary(verdicts: &[Verdict]) -> String {
    let parts: Vec<String> = State::ALL
        .iter()
        .map(|&state| (state, count(verdicts, state)))
        .filter(|(_, count)| *count > 0)
        .map(|(state, count)| format!("{count} {}", state.name()))
        .collect();
    if parts.is_empty() {
        String::from("no cache files")
    } else {
        parts.join(", ")
    }
}

/// Compares each cache file with its source; 1 when one is stale, damaged or forged.
pub fn verify(roots: &[PathBuf], options: &Options) -> i32 {
    let found = files::find(roots, Wanted::Caches, options.prefix.as_deref());
    let verdicts = judge_all(&found.files, Depth::Source, options);
    let ok =
        !verdicts.iter().any(|verdict| verdict.state.is_problem()) && found.problems.is_empty();
    let mut text = String::new();
    if options.json {
        let files: Vec<String> = verdicts.iter().map(as_json).collect();
        let problems: Vec<String> = found
            .problems
            .iter()
            .map(|(path, what)| {
                let path = json_text(&path.to_string_lossy());
                format!("{{\"path\": {path}, \"reason\": {}}}", json_text(what))
            })
            .collect();
        let _ = writeln!(
            text,
            "{{\"ok\": {ok}, \"files\": [{}], \"problems\": [{}]}}",
            files.join(",\n"),
            problems.join(",\n")
        );
    } else {
        for (path, what) in &found.problems {
            let _ = writeln!(text, "{}: {what}", path.display());
        }
        for verdict in &verdicts {
            if options.verbose || verdict.state.is_problem() {
                let name = verdict.state.name();
                let _ = writeln!(
                    text,
                    "{}: {name}: {}",
                    verdict.path.display(),
                    verdict.reason
                );
            }
        }
        let _ = writeln!(text, "{}", summary(&verdicts));
    }
    print(&text).max(i32::from(!ok))
}

/// Counts cache files.
pub fn stats(roots: &[PathBuf], options: &Options) -> i32 {
    let prefix = options.prefix.as_deref();
    let found = files::find(roots, Wanted::CachesAndLeftovers, prefix);
    let (leftovers, paths): (Vec<PathBuf>, Vec<PathBuf>) = found
        .files
        .into_iter()
        .partition(|path| files::is_leftover(path));
    let verdicts = judge_all(&paths, Depth::Header, options);
    let leftovers = leftovers.len();
    let mut kinds: BTreeMap<String, (usize, u64)> = BTreeMap::new();
    for verdict in &verdicts {
        let kind = match files::parse(&verdict.path, prefix) {
            Some(name) => {
                let level = if name.level.is_empty() {
                    "0"
                } else {
                    &name.level
                };
                format!("{} -O{level}", name.tag.as_deref().unwrap_or("no tag"))
            }
            None => String::from("other"),
        };
        let entry = kinds.entry(kind).or_default();
        *entry = (entry.0 + 1, entry.1 + verdict.size);
    }
    let directories: Vec<PathBuf> = roots.iter().filter(|root| root.is_dir()).cloned().collect();
    let sources = files::find(&directories, Wanted::Sources, None).files.len();
    let bytes: u64 = verdicts.iter().map(|verdict| verdict.size).sum();
    let mut text = String::new();
    if options.json {
        let states: Vec<String> = State::ALL
            .iter()
            .map(|&state| format!("\"{}\": {}", state.name(), count(&verdicts, state)))
            .collect();
        let kinds: Vec<String> = kinds
            .iter()
            .map(|(kind, (files, bytes))| {
                format!(
                    "{}: {{\"files\": {files}, \"bytes\": {bytes}}}",
                    json_text(kind)
                )
            })
            .collect();
        let _ = writeln!(
            text,
            "{{\"sources\": {sources}, \"files\": {}, \"bytes\": {bytes}, \"leftovers\": {leftovers}, \"states\": {{{}}}, \"kinds\": {{{}}}}}",
            verdicts.len(),
            states.join(", "),
            kinds.join(", ")
        );
    } else {
        let _ = writeln!(
            text,
            "{sources} sources, {} cache files, {bytes} bytes",
            verdicts.len()
        );
        let _ = writeln!(text, "{}", summary(&verdicts));
        for (kind, (files, bytes)) in &kinds {
            let _ = writeln!(text, "{kind}: {files} files, {bytes} bytes");
        }
        if leftovers > 0 {
            let _ = writeln!(text, "{leftovers} leftovers of writes that were cut off");
        }
    }
    print(&text).max(tell_problems(&found.problems))
}

/// Says what stood in the way; the exit status.
pub fn tell_problems(problems: &[(PathBuf, String)]) -> i32 {
    for (path, what) in problems {
        super::compile::tell(&format!("{}: {what}\n", path.display()));
    }
    i32::from(!problems.is_empty())
}

/// A write that is going on looks like one that was cut off; it does not last that long.
const YOUNG: std::time::Duration = std::time::Duration::from_secs(60);

fn is_young(metadata: &std::fs::Metadata) -> bool {
    let age = metadata
        .modified()
        .ok()
        .and_then(|time| time.elapsed().ok());
    age.is_none_or(|age| age < YOUNG)
}

/// Removes what no import will use.
pub fn clean(roots: &[PathBuf], options: &Options) -> i32 {
    let prefix = options.prefix.as_deref();
    let found = files::find(roots, Wanted::CachesAndLeftovers, prefix);
    let judge = options.judge(Depth::Body);
    let mut removed = (0, 0);
    let mut failed = tell_problems(&found.problems) != 0;
    let mut text = String::new();
    for path in found.files {
        let (reason, size) = if files::is_leftover(&path) {
            match std::fs::symlink_metadata(&path) {
                Ok(metadata) if metadata.is_file() && !is_young(&metadata) => (
                    String::from("leftover of a write that was cut off"),
                    metadata.len(),
                ),
                _ => continue,
            }
        } else {
            let name = files::parse(&path, prefix);
            // A pyc that stands where a source would may be all there is of a program, and those of others are theirs.
            if name.and_then(|name| name.tag).as_deref() != Some(files::TAG) {
                continue;
            }
            let verdict = judge.judge(&path, None);
            let unused = !verdict.is_used && verdict.state != State::Unreadable;
            if !(unused || options.all) {
                continue;
            }
            (
                format!("{}: {}", verdict.state.name(), verdict.reason),
                verdict.size,
            )
        };
        if options.dry_run || options.verbose {
            let _ = writeln!(text, "{}: {reason}", path.display());
        }
        if !options.dry_run
            && let Err(error) = std::fs::remove_file(&path)
        {
            let error = files::told(&error);
            let _ = writeln!(text, "{}: cannot be removed: {error}", path.display());
            failed = true;
            continue;
        }
        removed = (removed.0 + 1, removed.1 + size);
        if !options.dry_run
            && let Some(folder) = path.parent()
        {
            // Goes only when it is empty.
            let _ = std::fs::remove_dir(folder);
        }
    }
    let verb = if options.dry_run {
        "would remove"
    } else {
        "removed"
    };
    let _ = writeln!(text, "{verb} {} files, {} bytes", removed.0, removed.1);
    print(&text).max(i32::from(failed))
}
