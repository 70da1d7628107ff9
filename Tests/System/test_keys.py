"""Between machines: tcp behind keys. Who has no public key in the folder neither hears nor is heard."""

import random
import socket
import subprocess

from conftest import ROWS, SYNTHETIC
from mesh import ENVIRONMENT, Mesh, executable, until


def free_ports(count):
    """Ports that nobody listens at, below those that the system gives to whoever connects."""
    free = []
    while len(free) < count:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            if port not in free and probe.connect_ex(("127.0.0.1", port)) != 0:
                free.append(port)
    return free


def make_keys(folder, *instances):
    subprocess.run([executable("tradewind"), "keys", "make", *instances, "--set", f"mesh.keys_folder={folder}"],
                   cwd=folder.parent, env=ENVIRONMENT, check=True, capture_output=True, timeout=20)


def over_tcp(curve):
    publish, subscribe = free_ports(2)
    # Others are found by their names, as they are between machines; without keys nobody but this machine gets in.
    host = "localhost" if curve == "true" else "127.0.0.1"
    return {**SYNTHETIC, "mesh.transport": "tcp", "mesh.curve": curve, "mesh.keys_folder": "keys",
            "mesh.advertise": host, "mesh.relay_publish": f"tcp://{host}:{publish}",
            "mesh.relay_subscribe": f"tcp://{host}:{subscribe}"}


def test_a_mesh_behind_keys_stores_everything_and_lets_no_stranger_in(reference):
    with Mesh(over_tcp("true")) as mesh:
        make_keys(mesh.folder / "keys", "relay", "feed.1", "historian.1")
        mesh.start()
        # The stranger knows every public key and has a pair of its own, which nobody has been told of.
        strange = mesh.folder / "strange"
        strange.mkdir()
        for key in (mesh.folder / "keys").glob("*.public"):
            (strange / key.name).write_bytes(key.read_bytes())
        make_keys(strange, "historian.2")
        command = mesh.command("historian", "--instance", "historian.2", "--shard", "strange", settings={
            "mesh.keys_folder": "strange", "historian.database": "strange.sqlite"})
        with open(mesh.folder / "stranger.log", "ab") as log:
            stranger = subprocess.Popen(command, cwd=mesh.folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=log,
                                        stderr=log)
        mesh.all.append(stranger)
        mesh.until_rows(ROWS)
        mesh.until_logged("relay", "refused")
        assert mesh.rows() == reference
        assert stranger.poll() is None
        assert "found" not in (mesh.folder / "stranger.log").read_text()
        mesh.stop()
        mesh.verify()


def test_the_pair_of_a_service_speaks_for_all_of_its_parts():
    with Mesh({**over_tcp("true"), "historian.parts": 4}) as mesh:
        make_keys(mesh.folder / "keys", "relay", "feed", "historian")
        mesh.start()
        parts = lambda: {line["fields"]["text"].split()[0] for line in mesh.log("feed", "found")}
        mesh.until(lambda: parts() == {f"historian.{part}" for part in range(1, 5)}, "feed finds every part")
        files = lambda: sorted(mesh.folder.glob("bars.*.sqlite"))
        mesh.until(lambda: len(files()) == 4, "every part has its file")
        assert not mesh.log("relay", "refused")


def test_without_keys_nothing_starts_and_the_sentence_says_how_to_make_them():
    with Mesh(over_tcp("true")) as mesh:
        code, _, said = mesh.run("relay")
        assert code == 1
        assert "tradewind keys make relay" in said


def test_without_encryption_the_relay_serves_this_machine_alone():
    settings = over_tcp("false")
    with Mesh(settings) as mesh:
        code, _, said = mesh.run("relay", settings={"mesh.relay_publish": "tcp://10.0.0.1:7401"})
        assert code == 1
        assert "mesh.curve: true" in said
        mesh.start("relay")
        port = int(settings["mesh.relay_publish"].rsplit(":", 1)[1])
        until(lambda: listens(port), f"the relay listens at {port}")
        addresses = open("/proc/net/tcp").read()
        assert f"0100007F:{port:04X}" in addresses and f"00000000:{port:04X}" not in addresses
        mesh.stop()


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
