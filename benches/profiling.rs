//! How fast files are measured, beside pandas and pyarrow on the same files, each in a process of its own.
//!
//! `cargo bench --bench profiling` makes the files below `target/bench` (about 1.7 GiB), runs each program three times
//! in turns, and prints the best time and the largest memory of each. `BENCH_PYTHON` names a Python with pandas and
//! pyarrow; without it only our own figures are shown.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a program for developers: it may stop and read clocks"
)]

use bourse::measure::source::{Local, Source};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

/// Bytes of the file in text form.
const CSV_BYTES: u64 = 1024 * 1024 * 1024;
/// Rows of the Parquet file.
const ROWS: &str = "10000000";

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let [_, flag, file, ..] = args.as_slice()
        && flag == "--measure"
    {
        return measure(Path::new(file));
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench");
    std::fs::create_dir_all(&folder).unwrap();
    let csv = folder.join("sensors.csv");
    if csv.metadata().map_or(0, |m| m.len()) < CSV_BYTES {
        write_csv(&csv);
    }
    let python = std::env::var("BENCH_PYTHON").ok();
    let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers.py");
    let parquet = folder.join("sensors.parquet");
    if let (Some(python), false) = (&python, parquet.exists()) {
        assert!(Command::new(python).arg(&peers).arg("make").arg(&parquet).arg(ROWS).status().unwrap().success());
    }
    for (file, peer) in [(csv, "pandas"), (parquet, "pyarrow")] {
        if !file.exists() {
            continue;
        }
        let mut best = [(f64::INFINITY, 0.0); 2];
        for _ in 0..3 {
            keep(&mut best[0], Command::new(std::env::current_exe().unwrap()).arg("--measure").arg(&file));
            if let Some(python) = &python {
                keep(&mut best[1], Command::new(python).arg(&peers).arg(peer).arg(&file));
            }
        }
        println!("{}", file.display());
        for (name, (seconds, mib)) in ["bourse", peer].iter().zip(best) {
            println!("  {name:<8} {seconds:>7.2} s  {mib:>7.0} MiB at most");
        }
    }
}

/// Runs a program that prints its seconds and its largest memory in MiB; keeps the best time.
fn keep(best: &mut (f64, f64), command: &mut Command) {
    let out = command.output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).unwrap();
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|t| t.parse().ok()).collect();
    let [seconds, mib] = numbers.as_slice() else { panic!("{text}") };
    best.0 = seconds.min(best.0);
    best.1 = mib.max(best.1);
}

fn measure(file: &Path) {
    let started = Instant::now();
    let source: Arc<dyn Source> = Arc::new(Local::open(file).unwrap());
    let profile = bourse::measure::profile(&source, &file.to_string_lossy(), &|_| Ok(())).unwrap();
    assert!(profile.rows.unwrap() > 0);
    let seconds = started.elapsed().as_secs_f64();
    if std::env::var("BENCH_SHOW").is_ok() {
        eprintln!("{}", serde_json::to_string_pretty(&profile).unwrap());
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap();
    let kib: f64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    println!("{seconds} {}", kib / 1024.0);
}

/// Rows as a plant writes them: a time, a machine, a state, measured and derived numbers.
fn write_csv(path: &PathBuf) {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path).unwrap());
    writeln!(out, "time,machine,state,temp [K],torque [Nm],speed_rpm,vibration [mm/s],current [A],count,alarm")
        .unwrap();
    let mut seed = 1_u64;
    let mut random = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(seed >> 40).unwrap()) / 16_777_216.0
    };
    let (mut written, mut row) = (0, 0_u32);
    while written < CSV_BYTES {
        let at = bourse::measure::cells::iso(1_700_000_000_000 + i64::from(row) * 1000 + 1);
        let at = at.trim_end_matches(".001");
        let state = ["run", "idle", "stop"][usize::from(random() > 0.7) + usize::from(random() > 0.9)];
        let line = format!(
            "{at},M{:03},{state},{:.2},{:.3},{},{:.6},{:.4},{row},{}\n",
            row % 40,
            290.0 + random() * 20.0,
            random() * 80.0,
            1000.0 + (random() * 2000.0).floor(),
            random() * random() * 12.0,
            random() * 100.0,
            u8::from(random() > 0.99),
        );
        out.write_all(line.as_bytes()).unwrap();
        written += u64::try_from(line.len()).unwrap();
        row += 1;
    }
    out.flush().unwrap();
}
