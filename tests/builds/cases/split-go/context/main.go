package main

import (
	"fmt"
	"os"
	"time"
)

func main() {
	text, err := os.ReadFile("static/name.txt")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(os.Getenv("GREETING"), string(text), time.Unix(0, 0).In(zone))
}
