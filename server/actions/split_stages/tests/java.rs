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
        ("settings.gradle", "rootProject.name = 'shop'\ninclude 'a'\n"),
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
