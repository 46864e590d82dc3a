
namespace FewShotAD.EndToEnd.Tests;

/// <summary>A category of the inspection data as a person would have it on disk: a few shots, the whole test set, the masks.</summary>
public sealed class InspectionFolder : IDisposable
{
    private readonly string root;

    private InspectionFolder(string root, string category)
    {
        this.root = root;
        Path = System.IO.Path.Combine(root, category);
    }

    public string Path { get; }

    public static InspectionFolder Of(string category, int shots)
    {
        var source = SharedFiles.Data("inspection", category);
        var folder = new InspectionFolder(Directory.CreateTempSubdirectory("fewshotad-data-").FullName, category);
        var all = Directory.GetFiles(source, "*", SearchOption.AllDirectories);
        var train = System.IO.Path.Combine("train", "good") + System.IO.Path.DirectorySeparatorChar;
        var relative = all.Select(file => System.IO.Path.GetRelativePath(source, file)).Order(StringComparer.Ordinal).ToList();
        var wanted = relative.Where(file => file.StartsWith(train, StringComparison.Ordinal)).Take(shots)
            .Concat(relative.Where(file => !file.StartsWith("train", StringComparison.Ordinal)));
        foreach (var file in wanted)
        {
            var target = System.IO.Path.Combine(folder.Path, file);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(System.IO.Path.Combine(source, file), target);
        }

        return folder;
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}
