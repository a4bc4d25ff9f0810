document.body.append("Hello, world");
