using System.Text.Json;

namespace FewShotAD.Portal.Tests.Transfers;

/// <summary>An independent reader of COCO's detection format: checks its rules and draws an image's annotations.</summary>
internal sealed class CocoReader
{
    private readonly Dictionary<int, (string File, int Width, int Height)> images = [];
    private readonly List<(int Image, string Category, int[][] Polygons)> annotations = [];

    public CocoReader(byte[] file)
    {
        var root = JsonDocument.Parse(file).RootElement;
        foreach (var image in root.GetProperty("images").EnumerateArray())
            images.Add(image.GetProperty("id").GetInt32(), (image.GetProperty("file_name").GetString()!, image.GetProperty("width").GetInt32(), image.GetProperty("height").GetInt32()));
        Assert.Equal(images.Count, images.Values.Select(i => i.File).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        var categories = root.GetProperty("categories").EnumerateArray().ToDictionary(c => c.GetProperty("id").GetInt32(), c => c.GetProperty("name").GetString()!);
        Assert.All(categories.Keys, id => Assert.True(id > 0));
        var ids = new HashSet<int>();
        foreach (var annotation in root.GetProperty("annotations").EnumerateArray())
        {
            Assert.True(ids.Add(annotation.GetProperty("id").GetInt32()));
            Assert.Equal(0, annotation.GetProperty("iscrowd").GetInt32());
            var image = annotation.GetProperty("image_id").GetInt32();
            var polygons = annotation.GetProperty("segmentation").EnumerateArray().Select(p => p.EnumerateArray().Select(v => v.GetInt32()).ToArray()).ToArray();
            var (_, width, height) = images[image];
            Assert.NotEmpty(polygons);
            Assert.All(polygons, p =>
            {
                Assert.True(p.Length >= 6 && p.Length % 2 == 0);
                Assert.All(p.Chunk(2), point => Assert.True(point[0] >= 0 && point[0] <= width && point[1] >= 0 && point[1] <= height));
            });
            var drawn = Draw(polygons, width, height);
            Assert.Equal(drawn.Count(on => on), annotation.GetProperty("area").GetInt32());
            Assert.Equal(BoxOf(drawn, width), annotation.GetProperty("bbox").EnumerateArray().Select(v => v.GetInt32()));
            annotations.Add((image, categories[annotation.GetProperty("category_id").GetInt32()], polygons));
        }
    }

    public int Annotations => annotations.Count;

    public IReadOnlyCollection<string> Files => [.. images.Values.Select(i => i.File)];

    public int AnnotationsOf(string file) => annotations.Count(a => images[a.Image].File == file);

    public IReadOnlyCollection<string> CategoriesOf(string file) => [.. annotations.Where(a => images[a.Image].File == file).Select(a => a.Category).Distinct()];

    /// <summary>All annotations of an image, drawn.</summary>
    public bool[] MaskOf(string file)
    {
        var (id, image) = images.Single(i => i.Value.File == file);
        return Draw([.. annotations.Where(a => a.Image == id).SelectMany(a => a.Polygons)], image.Width, image.Height);
    }

    /// <summary>A pixel is in a polygon when a ray from its middle crosses an odd number of edges.</summary>
    private static bool[] Draw(int[][] polygons, int width, int height)
    {
        var drawn = new bool[width * height];
        foreach (var polygon in polygons)
        {
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    var inside = false;
                    for (var i = 0; i < polygon.Length; i += 2)
                    {
                        var (x1, y1, x2, y2) = (polygon[i], polygon[i + 1], polygon[(i + 2) % polygon.Length], polygon[(i + 3) % polygon.Length]);
                        if (y1 > y + 0.5 != y2 > y + 0.5 && x + 0.5 < x1 + ((x2 - x1) * (y + 0.5 - y1) / (y2 - y1)))
                            inside = !inside;
                    }

                    if (inside)
                    {
                        Assert.False(drawn[(y * width) + x]); // polygons of one object do not overlap
                        drawn[(y * width) + x] = true;
                    }
                }
            }
        }

        return drawn;
    }

    private static int[] BoxOf(bool[] mask, int width)
    {
        var on = mask.Select((value, at) => (value, X: at % width, Y: at / width)).Where(p => p.value).ToList();
        return [on.Min(p => p.X), on.Min(p => p.Y), on.Max(p => p.X) + 1 - on.Min(p => p.X), on.Max(p => p.Y) + 1 - on.Min(p => p.Y)];
    }
}
