// Kubernetes' own API server and an etcd in one process, for the tests of what runs in the cluster: no container, no
// cluster, no controllers. It listens on 127.0.0.1 alone, says in a line of JSON that it is ready, and stops on SIGTERM,
// on SIGINT and when its standard input is closed.
package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	genericapiserver "k8s.io/apiserver/pkg/server"
	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

const startTimeout = 60 * time.Second

// What whoever starts the server needs to talk to it.
type ready struct {
	URL   string `json:"url"`
	Token string `json:"token"`
	CA    string `json:"ca"`
}

func main() {
	data := flag.String("data", "", "folder for everything that is written; made if it is missing")
	port := flag.Int("port", 0, "port of the API server; 0 takes a free one")
	etcdPort := flag.Int("etcd-port", 0, "port of etcd; 0 takes a free one")
	flag.Parse()
	code, err := run(*data, *port, *etcdPort)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

func run(data string, port, etcdPort int) (int, error) {
	if data == "" {
		return 2, errors.New("-data: received nothing; allowed: a folder")
	}
	folder, err := filepath.Abs(data)
	if err != nil {
		return 1, err
	}
	certificates := filepath.Join(folder, "certificates")
	if err := os.MkdirAll(certificates, 0o700); err != nil {
		return 1, err
	}
	port, etcdPort, err = ports(port, etcdPort)
	if err != nil {
		return 1, err
	}
	token, tokens, err := writeToken(folder)
	if err != nil {
		return 1, err
	}
	signingKey, err := writeSigningKey(folder)
	if err != nil {
		return 1, err
	}
	etcdURL, stopEtcd, err := startEtcd(filepath.Join(folder, "etcd"), etcdPort)
	if err != nil {
		return 1, err
	}
	// Deferred: the API server, which ends with cli.Run below, goes before its store does.
	defer stopEtcd()

	address := ready{
		URL:   "https://127.0.0.1:" + strconv.Itoa(port),
		Token: token,
		// Self-signed by the server itself, with the authority behind the certificate in the same file.
		CA: filepath.Join(certificates, "apiserver.crt"),
	}
	command := app.NewAPIServerCommand()
	command.SetArgs([]string{
		"--etcd-servers=" + etcdURL,
		"--bind-address=127.0.0.1",
		"--advertise-address=127.0.0.1",
		"--secure-port=" + strconv.Itoa(port),
		"--endpoint-reconciler-type=none",
		"--cert-dir=" + certificates,
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-signing-key-file=" + signingKey,
		"--service-account-key-file=" + signingKey,
		"--token-auth-file=" + tokens,
		"--authorization-mode=RBAC",
		"--service-cluster-ip-range=10.0.0.0/24",
		"--allow-privileged=true",
		// No controller makes a namespace's default ServiceAccount, without which no Pod would be let in.
		"--disable-admission-plugins=ServiceAccount",
	})
	go stopWithStandardInput()
	go announce(address)
	return cli.Run(command), nil
}

// Free ports for those that are 0. Both are held at once, so that they differ.
func ports(wanted ...int) (int, int, error) {
	chosen := make([]int, len(wanted))
	for i, port := range wanted {
		listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			return 0, 0, err
		}
		defer listener.Close()
		chosen[i] = listener.Addr().(*net.TCPAddr).Port
	}
	return chosen[0], chosen[1], nil
}

func writeToken(folder string) (token, file string, err error) {
	random := make([]byte, 32)
	if _, err := rand.Read(random); err != nil {
		return "", "", err
	}
	token = hex.EncodeToString(random)
	file = filepath.Join(folder, "tokens.csv")
	return token, file, os.WriteFile(file, []byte(token+`,admin,admin,"system:masters"`+"\n"), 0o600)
}

func writeSigningKey(folder string) (string, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", err
	}
	file := filepath.Join(folder, "service-accounts.key")
	block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}
	return file, os.WriteFile(file, pem.EncodeToMemory(block), 0o600)
}

func startEtcd(folder string, port int) (string, func(), error) {
	config := embed.NewConfig()
	config.Dir = folder
	config.LogLevel = "error"
	// Nothing is to survive the tests.
	config.UnsafeNoFsync = true
	client := url.URL{Scheme: "http", Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(port))}
	// One member has no peers to listen to; port 0 keeps it from taking the well-known one.
	peer := url.URL{Scheme: "http", Host: "127.0.0.1:0"}
	config.ListenClientUrls, config.AdvertiseClientUrls = []url.URL{client}, []url.URL{client}
	config.ListenPeerUrls, config.AdvertisePeerUrls = []url.URL{peer}, []url.URL{peer}
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	etcd, err := embed.StartEtcd(config)
	if err != nil {
		return "", nil, err
	}
	select {
	case <-etcd.Server.ReadyNotify():
		return client.String(), etcd.Close, nil
	case err := <-etcd.Err():
		etcd.Close()
		return "", nil, err
	case <-time.After(startTimeout):
		etcd.Close()
		return "", nil, fmt.Errorf("etcd is not ready after %s", startTimeout)
	}
}

// The pipe of a parent that died is closed, too: nothing is left running.
func stopWithStandardInput() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	genericapiserver.RequestShutdown()
}

// Waits until the server is ready and has made its own namespaces.
func announce(address ready) {
	deadline := time.Now().Add(startTimeout)
	for ; time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if answers(address, "/readyz") && answers(address, "/api/v1/namespaces/kube-system") {
			_ = json.NewEncoder(os.Stdout).Encode(address)
			return
		}
	}
	fmt.Fprintf(os.Stderr, "the API server is not ready after %s\n", startTimeout)
	genericapiserver.RequestShutdown()
}

func answers(address ready, path string) bool {
	authority, err := os.ReadFile(address.CA)
	if err != nil {
		return false
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	client := http.Client{
		Timeout:   5 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true},
	}
	request, err := http.NewRequest(http.MethodGet, address.URL+path, nil)
	if err != nil {
		return false
	}
	request.Header.Set("Authorization", "Bearer "+address.Token)
	response, err := client.Do(request)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	return response.StatusCode == http.StatusOK
}
