//! The `bourse` program: see [`bourse::cli`].

fn main() -> std::process::ExitCode {
    match bourse::cli::run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bourse: {error:#}");
            std::process::ExitCode::from(bourse::cli::exit_code(&error))
        }
    }
}
