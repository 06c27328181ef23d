//! Races about importing and compiling: a tree of 500 small modules made for the purpose, cold and warm; 40 modules of the standard library,
//! warm; `compileall` of the library's top folder with one worker.
//!
//! pyrs gets a copy of the other interpreter's library as `PYTHONHOME`, so that both load the same files from caches of their own.

use super::{Options, Race};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const MODULES: usize = 500;

/// What real programs import.
const STDLIB: &str = "argparse, ast, base64, bisect, calendar, cmd, codecs, collections, contextlib, copy, csv, dataclasses, datetime, \
    difflib, dis, enum, fnmatch, fractions, functools, glob, gzip, heapq, html, inspect, io, json, logging, os, pathlib, pickle, pprint, \
    random, re, shlex, shutil, statistics, string, tempfile, textwrap, typing";

/// Adds the races.
pub fn add(races: &mut Vec<Race>, options: &Options, scratch: &Path) -> Result<(), String> {
    let shown = |error: std::io::Error| format!("{}: {error}", scratch.display());
    let tree = scratch.join("tree");
    make_tree(&tree).map_err(shown)?;
    let wanted = |name: &str| {
        options.filters.is_empty()
            || options
                .filters
                .iter()
                .any(|filter| name.contains(filter.as_str()))
    };
    let cold = Race::new("import-cold", &["-S", "all.py"], &tree);
    races.push(Race {
        clear_caches: Some(tree.clone()),
        subtract_start: true,
        ..cold
    });
    let warm = Race::new("import-warm", &["-S", "all.py"], &tree);
    races.push(Race {
        subtract_start: true,
        ..warm
    });
    if ["import-stdlib", "compileall"]
        .iter()
        .any(|name| wanted(name))
    {
        let home = scratch.join("home");
        copy_library(&options.python, &home)?;
        let program = format!("import {STDLIB}");
        let stdlib = Race::new("import-stdlib", &["-S", "-c", &program], scratch);
        races.push(Race {
            home: Some(home.clone()),
            subtract_start: true,
            ..stdlib
        });
        let library = home.join("lib/python3.11");
        let folder = library.to_string_lossy();
        let arguments = ["-S", "-m", "compileall", "-q", "-l", "-f", &folder];
        races.push(Race {
            clear_caches: Some(library.clone()),
            ..Race::new("compileall", &arguments, scratch)
        });
    }
    let arguments = ["-S", "compile_all.py"];
    races.push(Race::new("compile", &arguments, &tree));
    Ok(())
}

/// 500 modules of 1.6 kB with functions and a class each, and programs that import and compile them all.
fn make_tree(tree: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(tree)?;
    let mut importer = String::new();
    for number in 0..MODULES {
        let mut text = format!("\"\"\"Module {number}.\"\"\"\nLIMIT = {number}\n\n");
        for function in 0..8 {
            let _ = write!(
                text,
                "def function_{function}(x, y={function}):\n    \"\"\"Adds up.\"\"\"\n    total = x + y * LIMIT\n    \
                 for i in range(3):\n        total += i\n    return total\n\n\n"
            );
        }
        let _ = write!(
            text,
            "class C:\n    kind = 'c{number}'\n\n    def method(self, value):\n        self.value = value\n        \
             return [value, self.kind, {{'name': value, 'kind': self.kind}}]\n"
        );
        std::fs::write(tree.join(format!("m{number}.py")), text)?;
        let _ = writeln!(importer, "import m{number}");
    }
    std::fs::write(tree.join("all.py"), importer)?;
    let compile = "import glob\nfor name in sorted(glob.glob('m*.py')):\n    compile(open(name).read(), name, 'exec')\n";
    std::fs::write(tree.join("compile_all.py"), compile)
}

/// Copies the library of a CPython, without its tests and caches.
fn copy_library(python: &Path, home: &Path) -> Result<(), String> {
    let output = Command::new(python)
        .args([
            "-I",
            "-S",
            "-c",
            "import os; print(os.path.dirname(os.__file__))",
        ])
        .output()
        .map_err(|error| format!("{}: {error}", python.display()))?;
    let library = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    copy_tree(&library, &home.join("lib/python3.11"))
        .map_err(|error| format!("{}: {error}", library.display()))
}

fn copy_tree(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if [
            "__pycache__",
            "test",
            "tests",
            "site-packages",
            "dist-packages",
        ]
        .iter()
        .any(|left_out| name == *left_out)
        {
            continue;
        }
        let path = entry.path();
        if path.is_dir() {
            copy_tree(&path, &to.join(name))?;
        } else if path.extension().is_some_and(|extension| extension == "py") {
            std::fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}
