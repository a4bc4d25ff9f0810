use super::{but, none, runtime};

const WEB: &str =
    "<Project Sdk=\"Microsoft.NET.Sdk.Web\">\n<TargetFramework>net8.0</TargetFramework>\n</Project>\n";

const FILES: [(&str, &str); 3] =
    [("Shop.csproj", WEB), ("Program.cs", "app.Run();"), ("appsettings.json", "{}")];

const FILE: &str = "FROM mcr.microsoft.com/dotnet/sdk:8.0\nWORKDIR /src\nCOPY . .\nRUN dotnet restore && dotnet publish -c Release -o /app --no-restore\nENV ASPNETCORE_URLS=http://+:80\nEXPOSE 80\nWORKDIR /app\nUSER app\nENTRYPOINT [\"dotnet\", \"Shop.dll\"]\n";

#[test]
fn the_sdk_of_the_project_names_the_image() {
    let expected = "mcr.microsoft.com/dotnet/aspnet:8.0\nWORKDIR /src\nCOPY --from=build /app /app\nENV ASPNETCORE_URLS=http://+:80\nEXPOSE 80\nWORKDIR /app\nUSER app\nENTRYPOINT [\"dotnet\", \"Shop.dll\"]\n";
    assert_eq!(runtime(FILE, &FILES), expected);
    let plain = WEB.replace("Sdk.Web", "Sdk");
    let stage = runtime(FILE, &but(&FILES, &[("Shop.csproj", &plain)]));
    assert!(stage.starts_with("mcr.microsoft.com/dotnet/runtime:8.0\n"), "{stage}");
    // What a package refers to is not seen.
    let packages = plain.replace("</Project>", "<PackageReference Include=\"Hangfire\" />\n</Project>");
    let stage = runtime(FILE, &but(&FILES, &[("Shop.csproj", &packages)]));
    assert!(stage.starts_with("mcr.microsoft.com/dotnet/aspnet:8.0\n"), "{stage}");
    let refers =
        plain.replace("</Project>", "<ProjectReference Include=\"..\\Lib\\Lib.csproj\" />\n</Project>");
    let files = [("App/Shop.csproj", refers.as_str()), ("Lib/Lib.csproj", WEB)];
    let stage = runtime(&FILE.replace("-o /app", "App -o /app"), &files);
    assert!(stage.starts_with("mcr.microsoft.com/dotnet/aspnet:8.0\n"), "{stage}");
}

#[test]
fn where_anything_is_not_known_nothing_is_offered() {
    for (old, new) in [
        ("-o /app ", ""),
        ("-o /app", "-r linux-x64 -o /app"),
        ("-o /app", "-p:PublishSingleFile=true -o /app"),
        ("-o /app", "-o /src"),
        ("sdk:8.0", "sdk:8.0.100"),
        ("sdk:8.0", "sdk:8.0-alpine"),
        ("sdk:8.0", "sdk:9.0"),
        ("ENV ASPNETCORE_URLS=http://+:80\n", ""),
        ("[\"dotnet\", \"Shop.dll\"]", "[\"dotnet\", \"run\"]"),
        ("[\"dotnet\", \"Shop.dll\"]", "[\"dotnet\", \"watch\", \"run\"]"),
        ("WORKDIR /app\n", ""),
        ("USER app", "USER other"),
    ] {
        let text = FILE.replace(old, new);
        assert_ne!(text, FILE, "{old}");
        none(&text, &FILES);
    }
    for text in [
        WEB.replace("net8.0", "net7.0"),
        WEB.replace("</Project>", "<AssemblyName>Other</AssemblyName></Project>"),
        WEB.replace("</Project>", "<PublishAot>true</PublishAot></Project>"),
        WEB.replace("</Project>", "<ProjectReference Include=\"..\\Lib\\Lib.csproj\" /></Project>"),
    ] {
        none(FILE, &but(&FILES, &[("Shop.csproj", &text)]));
    }
    none(FILE, &but(&FILES, &[("Other.csproj", WEB)]));
    none(FILE, &but(&FILES, &[("Program.cs", "Process.Start(\"git\")")]));
}
