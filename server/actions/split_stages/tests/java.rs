use super::{but, none, runtime};

const POM: &str = "<?xml version=\"1.0\"?>\n<project>\n  <!-- <artifactId>no</artifactId> -->\n  <parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>3.2.0</version><relativePath/></parent>\n  <artifactId>shop</artifactId>\n  <version>${revision}</version>\n  <properties><revision>1.2</revision></properties>\n  <dependencies><dependency><artifactId>web</artifactId></dependency></dependencies>\n  <build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>\n</project>\n";

const FILES: [(&str, &str); 2] = [("pom.xml", POM), ("src/main/java/a/A.java", "class A {}")];

const FILE: &str = "FROM maven:3.9-eclipse-temurin-21\nWORKDIR /app\nCOPY pom.xml .\nRUN mvn dependency:go-offline\nCOPY src ./src\nRUN mvn -B package -DskipTests\nEXPOSE 8080\nENTRYPOINT [\"java\", \"-jar\", \"target/shop-1.2.jar\"]\n";

const GRADLE: [(&str, &str); 3] = [
    ("build.gradle", "plugins {\n  id 'org.springframework.boot' version '3.2.0'\n}\nversion = '0.0.1'\n"),
    ("settings.gradle", "rootProject.name = 'shop'\n"),
    ("src/main/java/a/A.java", "class A {}"),
];

#[test]
fn the_jar_of_maven_runs_on_the_jre() {
    let expected = "eclipse-temurin:21-jre\nWORKDIR /app\nCOPY --from=build /app/target/shop-1.2.jar /app/target/shop-1.2.jar\nEXPOSE 8080\nENTRYPOINT [\"java\", \"-jar\", \"target/shop-1.2.jar\"]\n";
    assert_eq!(runtime(FILE, &FILES), expected);
    let wrapped = FILE
        .replace("maven:3.9-eclipse-temurin-21", "eclipse-temurin:17-jdk-alpine")
        .replace("RUN mvn dependency:go-offline\n", "RUN chmod +x mvnw\n")
        .replace("RUN mvn ", "RUN ./mvnw ")
        .replace("-DskipTests", "&& cp target/*.jar /app.jar")
        .replace("target/shop-1.2.jar\"", "/app.jar\"")
        .replace("COPY pom.xml", "COPY mvnw pom.xml");
    let stage = runtime(&wrapped, &but(&FILES, &[("mvnw", "")]));
    assert!(stage.starts_with("eclipse-temurin:17-jre-alpine\n"), "{stage}");
    assert!(stage.contains("COPY --from=build /app.jar /app.jar\n"), "{stage}");
}

#[test]
fn the_jar_of_gradle_runs_on_the_jre() {
    let file = "FROM gradle:8.5-jdk17\nWORKDIR /app\nCOPY . .\nRUN gradle bootJar --no-daemon\nCMD [\"java\", \"-Xmx1g\", \"-Djava.security.egd=file:/dev/./urandom\", \"-jar\", \"/app/build/libs/shop-0.0.1.jar\"]\n";
    let stage = runtime(file, &GRADLE);
    assert!(stage.starts_with("eclipse-temurin:17-jre\nWORKDIR /app\nCOPY --from=build /app/build/libs/shop-0.0.1.jar /app/build/libs/shop-0.0.1.jar\nCMD"), "{stage}");
    for (path, text) in [
        ("build.gradle", "plugins {\n  id 'org.springframework.boot'\n}\nversion = file('v').text\n"),
        ("build.gradle", "plugins {\n  id 'application'\n}\nversion = '0.0.1'\n"),
        (
            "build.gradle",
            "id 'org.springframework.boot'\nversion = '0.0.1'\nbootJar { archiveFileName = 'a.jar' }\n",
        ),
        ("settings.gradle", "rootProject.name = 'shop'\nincludeBuild 'a'\n"),
        ("buildSrc/build.gradle", ""),
        (
            "build.gradle",
            "plugins {\n  id 'java'\n}\nversion = '0.0.1'\ndependencies { implementation 'org.springframework.boot:a:1' }\n",
        ),
        (
            "build.gradle",
            "plugins {\n  id 'org.springframework.boot' version '3' apply false\n}\nversion = '0.0.1'\n",
        ),
        ("settings.gradle", "rootProject.name = 'store'\n"),
        ("src/main/java/a/A.java", "new ProcessBuilder(\"ls\")"),
    ] {
        none(file, &but(&GRADLE, &[(path, text)]));
    }
    for (old, new) in [
        ("bootJar", ":app:bootJar"),
        ("bootJar", "bootRun"),
        ("gradle:8.5-jdk17", "gradle:8.5"),
        ("\"java\", \"-Xmx1g\"", "\"gradle\", \"bootRun\""),
        ("-Xmx1g", "-javaagent:/app/agent.jar"),
    ] {
        let text = file.replace(old, new);
        assert_ne!(text, file, "{old}");
        none(&text, &GRADLE);
    }
}

#[test]
fn where_anything_is_not_known_nothing_is_offered() {
    for (old, new) in [
        ("maven:3.9-eclipse-temurin-21", "maven:3.9"),
        ("maven:3.9-eclipse-temurin-21", "maven:3.9-amazoncorretto-21"),
        ("maven:3.9-eclipse-temurin-21", "eclipse-temurin:99-jdk"),
        ("-B package", "-B -pl app package"),
        ("-B package", "-B compile"),
        ("-B package", "-B deploy"),
        ("ENTRYPOINT [\"java\", \"-jar\", \"target/shop-1.2.jar\"]", "CMD [\"mvn\", \"spring-boot:run\"]"),
        ("target/shop-1.2.jar", "target/shop.jar"),
        ("\"-jar\", \"target/shop-1.2.jar\"", "\"-cp\", \"target/classes\", \"a.A\""),
        ("RUN mvn dependency:go-offline", "RUN curl -o agent.jar http://a/b"),
    ] {
        let text = FILE.replace(old, new);
        assert_ne!(text, FILE, "{old}");
        none(&text, &FILES);
    }
    for (old, new) in [
        ("<artifactId>spring-boot-maven-plugin</artifactId>", "<artifactId>other</artifactId>"),
        ("<revision>1.2</revision>", "<revision>1.3</revision>"),
        ("<revision>1.2</revision>", ""),
        ("<build>", "<build><finalName>app</finalName>"),
        ("<build>", "<modules><module>a</module></modules><build>"),
        ("<build>", "<packaging>pom</packaging><build>"),
        ("<plugin>", "<plugin><configuration><classifier>exec</classifier></configuration>"),
    ] {
        let pom = POM.replace(old, new);
        assert_ne!(pom, POM, "{old}");
        none(FILE, &but(&FILES, &[("pom.xml", &pom)]));
    }
}

const PARENT: &str = "<project>\n  <parent><artifactId>spring-boot-starter-parent</artifactId><version>3.2.0</version></parent>\n  <artifactId>all</artifactId><version>${revision}</version><packaging>pom</packaging>\n  <properties><revision>1.2</revision></properties>\n  <modules><module>core</module><module>app</module></modules>\n</project>\n";

const CHILD: &str = "<project>\n  <parent><artifactId>all</artifactId><version>${revision}</version></parent>\n  <artifactId>NAME</artifactId>\n  <dependencies><dependency><artifactId>web</artifactId></dependency></dependencies>\n</project>\n";

const BOOT: &str = "<build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>\n</project>";

/// A project of two modules, of which one is run.
fn modules() -> [(&'static str, String); 4] {
    [
        ("pom.xml", PARENT.to_owned()),
        ("core/pom.xml", CHILD.replace("NAME", "core")),
        ("app/pom.xml", CHILD.replace("NAME", "shop").replace("</project>", BOOT)),
        ("app/src/main/java/a/A.java", "class A {}".to_owned()),
    ]
}

const MODULES: &str = "FROM maven:3.9-eclipse-temurin-21\nWORKDIR /src\nCOPY . .\nRUN mvn -pl app -am package\nCMD [\"java\", \"-jar\", \"app/target/shop-1.2.jar\"]\n";

#[test]
fn the_jar_of_a_module_is_named_by_the_poms_above_it() {
    let owned = modules();
    let files: Vec<(&str, &str)> = owned.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let expected = "eclipse-temurin:21-jre\nWORKDIR /src\nCOPY --from=build /src/app/target/shop-1.2.jar /src/app/target/shop-1.2.jar\nCMD [\"java\", \"-jar\", \"app/target/shop-1.2.jar\"]\n";
    for build in [
        "mvn -pl app -am package",
        "mvn package",
        "mvn -B --projects :shop package -DskipTests",
        "mvn -pl core,app package",
        "mvn -f /src/pom.xml clean package",
        "mvn -f app package",
        "cd app && mvn package",
    ] {
        assert_eq!(runtime(&MODULES.replace("mvn -pl app -am package", build), &files), expected, "{build}");
    }
    let copied = MODULES
        .replace("package", "package && cp app/target/*.jar /app.jar")
        .replace("app/target/shop-1.2.jar", "/app.jar");
    runtime(&copied, &files);
    // The plugin may stand in the parent, for all.
    let above = PARENT.replace("</project>", BOOT);
    let below = CHILD.replace("NAME", "shop");
    runtime(MODULES, &but(&files, &[("pom.xml", &above), ("app/pom.xml", &below)]));
    for build in [
        "mvn -pl core package",
        "mvn -pl '!core' package",
        "mvn -pl other package",
        "mvn -amd -pl app package",
        "mvn -rf app package",
        "mvn -N package",
    ] {
        none(&MODULES.replace("mvn -pl app -am package", build), &files);
    }
    let child = files[2].1;
    for (path, text) in [
        // A plain jar has none of what it depends on.
        ("app/pom.xml", below.clone()),
        (
            "app/pom.xml",
            child
                .replace("<build><plugins>", "<build><pluginManagement><plugins>")
                .replace("</plugins></build>", "</plugins></pluginManagement></build>"),
        ),
        ("app/pom.xml", child.replace("<build>", "<build><finalName>app</finalName>")),
        ("app/pom.xml", child.replace("all<", "other<")),
        ("app/pom.xml", child.replace("</parent>", "<relativePath/></parent>")),
        ("pom.xml", PARENT.replace("<revision>1.2", "<revision>1.3")),
        ("pom.xml", PARENT.replace("<module>app</module>", "")),
        ("pom.xml", PARENT.replace("<modules>", "<build><directory>target/x</directory></build><modules>")),
        ("pom.xml", PARENT.replace("spring-boot-starter-parent", "company-parent")),
        ("app/src/main/java/a/A.java", "new ProcessBuilder(\"ls\")".to_owned()),
    ] {
        none(MODULES, &but(&files, &[(path, &text)]));
    }
}

#[test]
fn a_project_of_several_of_gradle_has_its_own_folder() {
    let files = [
        ("settings.gradle", "rootProject.name = 'all'\ninclude 'app', ':libs:core'\n"),
        (
            "build.gradle",
            "plugins {\n  id 'org.springframework.boot' version '3' apply false\n}\nallprojects {\n  version = '0.2'\n}\n",
        ),
        ("app/build.gradle", "plugins {\n  id 'org.springframework.boot'\n}\n"),
        ("libs/core/build.gradle", "plugins {\n  id 'java-library'\n}\n"),
        ("app/src/main/java/a/A.java", "class A {}"),
    ];
    let file = "FROM gradle:8.5-jdk17\nWORKDIR /src\nCOPY . .\nRUN gradle :app:bootJar\nCMD [\"java\", \"-jar\", \"app/build/libs/app-0.2.jar\"]\n";
    let expected = "eclipse-temurin:17-jre\nWORKDIR /src\nCOPY --from=build /src/app/build/libs/app-0.2.jar /src/app/build/libs/app-0.2.jar\nCMD [\"java\", \"-jar\", \"app/build/libs/app-0.2.jar\"]\n";
    for goal in [":app:bootJar", "app:build", "bootJar", "build -x test"] {
        assert_eq!(runtime(&file.replace(":app:bootJar", goal), &files), expected, "{goal}");
    }
    for goal in
        [":libs:core:build", ":other:bootJar", ":app:bootRun", "-p app bootJar", ":app:bootJar -Pversion=1"]
    {
        none(&file.replace(":app:bootJar", goal), &files);
    }
    for (path, text) in [
        ("settings.gradle", "include 'other'\n"),
        ("settings.gradle", "include 'app'\nproject(':app').projectDir = file('app')\n"),
        ("settings.gradle", "include 'app'\nproject(':app').name = 'shop'\n"),
        ("build.gradle", "allprojects {\n  version = '0.3'\n}\n"),
        ("build.gradle", "version = '0.2'\n"),
        ("build.gradle", "allprojects {\n  version = '0.2'\n  buildDir = 'x'\n}\n"),
        ("app/build.gradle", "version = '0.1'\napply plugin: 'org.springframework.boot'\n"),
        ("app/build.gradle", "dependencies { implementation 'org.springframework.boot:a:1' }\n"),
    ] {
        none(file, &but(&files, &[(path, text)]));
    }
    runtime(file, &but(&files, &[("build.gradle", ""), ("gradle.properties", "version=0.2\n")]));
    let shadow = but(
        &files,
        &[
            ("app/build.gradle.kts", "plugins {\n  id(\"com.gradleup.shadow\") version \"8\"\n}\n"),
            ("app/build.gradle", ""),
        ],
    );
    let shadow: Vec<(&str, &str)> =
        shadow.into_iter().filter(|(path, _)| *path != "app/build.gradle").collect();
    runtime(&file.replace("bootJar", "shadowJar").replace("-0.2.jar", "-0.2-all.jar"), &shadow);
    // A folder with all jars and a script.
    let installed = file.replace("bootJar", "installDist").replace(
        "[\"java\", \"-jar\", \"app/build/libs/app-0.2.jar\"]",
        "[\"app/build/install/app/bin/app\"]",
    );
    let application = but(&files, &[("app/build.gradle", "plugins {\n  id 'application'\n}\n")]);
    let stage = runtime(&installed, &application);
    assert!(
        stage.contains("COPY --from=build /src/app/build/install/app /src/app/build/install/app\n"),
        "{stage}"
    );
    none(&installed, &files);
    let renamed = "plugins {\n  id 'application'\n}\napplication { applicationName = 'shop' }\n";
    none(&installed, &but(&files, &[("app/build.gradle", renamed)]));
}
