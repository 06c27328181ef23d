//! The standard library that `build.rs` packed: lookup by module name, sources, code.
//!
//! Without the feature `precompiled`, and in unoptimised builds, there are only sources, and the import system compiles what is imported.

use vm::import::embedded::{EmbeddedCode, EmbeddedModule, Library};

struct Entry {
    name: &'static str,
    path: &'static str,
    source: (usize, usize),
    /// At each level of optimisation: where its stream begins, the stream's length, and that of the index behind it; of length 0 where it is
    /// not carried.
    code: [(usize, usize, usize); 3],
}

static INDEX: &[Entry] = include!(concat!(env!("OUT_DIR"), "/index.rs"));
static SOURCES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sources.bin"));
static CODE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/code.bin"));

struct Packed;

fn part(bytes: &'static [u8], (start, len): (usize, usize)) -> &'static [u8] {
    bytes.get(start..start + len).unwrap_or(&[])
}

impl Entry {
    fn is_package(&self) -> bool {
        self.path.ends_with("/__init__.py")
    }

    fn text(&self) -> Option<Vec<u8>> {
        miniz_oxide::inflate::decompress_to_vec(part(SOURCES, self.source)).ok()
    }
}

impl Library for Packed {
    fn find(&self, name: &str) -> Option<EmbeddedModule> {
        let place = INDEX.binary_search_by(|entry| entry.name.cmp(name)).ok()?;
        let entry = &INDEX[place];
        Some(EmbeddedModule {
            path: entry.path.to_string(),
            is_package: entry.is_package(),
            code: entry.code.map(|(start, len, index)| EmbeddedCode {
                stream: part(CODE, (start, len)),
                index: part(CODE, (start + len, index)),
            }),
        })
    }

    fn has_directory(&self, path: &str) -> bool {
        path.is_empty()
            || INDEX.iter().any(|entry| {
                entry
                    .path
                    .strip_prefix(path)
                    .is_some_and(|rest| rest.starts_with('/'))
            })
    }

    fn data(&self, path: &str) -> Option<Vec<u8>> {
        INDEX.iter().find(|entry| entry.path == path)?.text()
    }

    fn list(&self, directory: &str) -> Vec<(String, bool)> {
        let mut found = Vec::new();
        for entry in INDEX {
            let folder = entry.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let holder = if entry.is_package() {
                folder.rsplit_once('/').map_or("", |(outer, _)| outer)
            } else {
                folder
            };
            if holder == directory && (!entry.is_package() || folder != directory) {
                let name = entry.name.rsplit('.').next().unwrap_or(entry.name);
                found.push((name.to_string(), entry.is_package()));
            }
        }
        found
    }
}

/// The packed standard library.
pub fn library() -> &'static dyn Library {
    &Packed
}
