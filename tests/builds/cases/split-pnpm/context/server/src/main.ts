declare function require(name: string): any;

const ms = require("ms");
const text: string = require("fs").readFileSync("greeting.txt", "utf8");

console.log(text, ms("2 days"), require("debug").name);
