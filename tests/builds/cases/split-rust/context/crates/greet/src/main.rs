fn main() -> std::io::Result<()> {
    let name = std::fs::read_to_string("crates/greet/name.txt")?;
    println!("{} {:?}", words::hello(&name), std::env::var("GREETING"));
    Ok(())
}
