using System.Security.Cryptography;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Backbones;
using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Tests.Support;
using FewShotAD.TrainingJobs.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Weights;

public sealed class WeightStoreTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 5_000).Select(i => (byte)(i * 5))];

    private readonly TemporaryFolder folder = new();
    private readonly List<string> said = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Folders_come_in_order_and_a_download_last()
    {
        await using var server = new TinyServer(_ => TinyAnswer.Whole(Content));
        var choice = Choice(server.Address);
        string[] order = [folder["given", "net"], folder["given"], folder["program", "net"], folder["cache", "net"]];
        Assert.Equal(order, Folders.For(choice));

        Assert.Equal(Path.Combine(order[3], "net-1.pth"), Found(choice));
        Assert.Single(server.Requests);
        // From here on it is there, and nobody is asked.
        Assert.Equal(Path.Combine(order[3], "net-1.pth"), Found(choice));
        foreach (var place in order.Take(3).Reverse())
        {
            Put(Content, Path.Combine(place, "net-1.pth"));
            Assert.Equal(Path.Combine(place, "net-1.pth"), Found(choice));
        }

        Assert.Single(server.Requests);
    }

    [Fact]
    public void A_published_name_must_have_the_published_hash_and_stays_where_it_is()
    {
        Put([1, 2, 3], folder["given", "net-1.pth"]);
        var changed = Assert.IsType<WeightsChanged>(Store().Find(Choice(null), Ct).Error);
        Assert.Contains(folder["given", "net-1.pth"], changed.Message, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData([1, 2, 3])), changed.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(folder["given", "net-1.pth"]));
    }

    [Theory]
    [InlineData("net.safetensors")]
    [InlineData("net.pth")]
    [InlineData("net-of-mine.PTH")]
    [InlineData("net", "anything at all.pth")]
    public void A_file_of_ones_own_needs_no_hash_and_is_named_in_the_log(params string[] name)
    {
        var path = folder[["given", .. name]];
        Put([1, 2, 3], path);
        Put([4], folder["given", "other.pth"]);
        Put([5], folder["given", "net.txt"]);
        Assert.Equal(path, Found(Choice(null)));
        Assert.Contains(said, text => text.Contains(path, StringComparison.Ordinal) && text.Contains("SHA-256", StringComparison.Ordinal));
    }

    [Fact]
    public void Elsewhere_only_published_names_count()
    {
        Put([1], folder["program", "net", "net.pth"]);
        Put([1], folder["cache", "net", "net.pth"]);
        Assert.IsType<WeightsMissing>(Store().Find(Choice(null), Ct).Error);
        Assert.Null(Folders.Find(Choice(null)).Value);
    }

    [Fact]
    public void Two_files_of_ones_own_are_a_question()
    {
        Put([1], folder["given", "net.pth"]);
        Put([1], folder["given", "net-2.safetensors"]);
        var error = Assert.IsType<AmbiguousWeights>(Store().Find(Choice(null), Ct).Error);
        Assert.Contains("net-2.safetensors, net.pth", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_had_is_named_with_its_address_and_all_its_places()
    {
        await using var server = new TinyServer(_ => new("404 Not Found", []));
        var message = Store().Find(Choice(server.Address), Ct).Error!.Message;
        foreach (var part in (string[])["Net", "404", "net-1.pth", server.Address.ToString(), .. Folders.For(Choice(server.Address))])
            Assert.Contains(part, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_cache_nothing_is_fetched()
    {
        await using var server = new TinyServer(_ => TinyAnswer.Whole(Content));
        Assert.IsType<WeightsMissing>(new WeightStore(Folders with { Cache = null }, new WeightDownload(), said.Add).Find(Choice(server.Address), Ct).Error);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void Cancelled_it_stops()
    {
        Put(Content, folder["given", "net-1.pth"]);
        Assert.Throws<OperationCanceledException>(() => Store().Find(Choice(null), new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_file_of_PyTorch_fills_a_backbone()
    {
        using var scope = NewDisposeScope();
        var tensors = WeightFiles.Untrained(ResNet18.Key).Where(pair => pair.Value.Type == "F32").ToArray();
        var pickle = new PickleBuilder().Op("}(");
        using var storage = new MemoryStream();
        var elements = tensors.Sum(pair => pair.Value.Bytes.Length) / sizeof(float);
        foreach (var (name, tensor) in tensors)
        {
            var strides = tensor.Shape.Select((_, i) => tensor.Shape.Skip(i + 1).Aggregate(1L, (a, b) => a * b)).ToArray();
            pickle.Text(name).Tensor("FloatStorage", elements, storage.Length / sizeof(float), [.. tensor.Shape], strides);
            storage.Write(tensor.Bytes.Span);
        }

        Put(pickle.Op("u").Zip(storage.ToArray()), folder["given", "resnet18.pth"]);
        using var network = BackboneCatalog.Load(ResNet18.Key, Store(), Ct).Value;
        Assert.Equal(
            tensors.Single(pair => pair.Key == "layer3.1.conv2.weight").Value.Bytes.ToArray(),
            TensorStorage.Store(network.state_dict()["layer3.1.conv2.weight"]).Bytes.ToArray());
    }

    [Fact]
    public void The_cache_is_the_users_own()
    {
        var folders = BackboneFolders.Of("", AppContext.BaseDirectory);
        Assert.Null(folders.Given);
        Assert.True(folders.Cache is null || Path.IsPathFullyQualified(folders.Cache));
        Assert.True(folders.Find(BackboneChoice.Find(BackboneChoice.Default)!).Value is { Published: true, Paths.Count: 4 });
    }

    private BackboneFolders Folders => new(folder["given"], folder["program"], folder["cache"]);

    private static BackboneChoice Choice(Uri? address) => new(
        "net", "Net", "MIT", "nothing", [DetectionMethod.PatchCore],
        [new WeightFile("net-1.pth", address ?? new Uri("http://127.0.0.1:9/never"), Convert.ToHexStringLower(SHA256.HashData(Content)), 1)]);

    private static void Put(byte[] content, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }

    private WeightStore Store() => new(Folders, new WeightDownload { FirstPause = TimeSpan.FromMilliseconds(5) }, said.Add);

    private string Found(BackboneChoice choice)
    {
        var found = Store().Find(choice, Ct);
        Assert.True(found.Succeeded, found.Error?.Message);
        return Assert.Single(found.Value.Paths);
    }
}
