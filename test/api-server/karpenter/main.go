// Prints Karpenter's NodePool as its module publishes it:
//
//	go run . > ../crds/karpenter.sh_nodepools.yaml && npx prettier --write ../crds
package main

import (
	"fmt"
	"os"
	"runtime/debug"

	"sigs.k8s.io/karpenter/pkg/apis"
)

const module = "sigs.k8s.io/karpenter"

func main() {
	build, _ := debug.ReadBuildInfo()
	for _, dependency := range build.Deps {
		if dependency.Path == module {
			fmt.Printf("# From the Go module %s %s, by test/api-server/karpenter, formatted by prettier; Apache-2.0, Copyright The Kubernetes Authors.\n", module, dependency.Version)
			os.Stdout.Write(apis.NodePoolCRD)
			return
		}
	}
	fmt.Fprintln(os.Stderr, "the module", module, "is not among the dependencies of this build")
	os.Exit(1)
}
